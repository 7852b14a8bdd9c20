package io.burrow.it.docs;

import io.burrow.api.MessageHandler;
import io.burrow.core.BurrowBuilder;
import io.burrow.core.stage.Stages;

/** The Java of docs/logging.md, which shows one line of it. */
final class LoggingExamples {
    private LoggingExamples() {}

    static BurrowBuilder<String, String> mdc(
            BurrowBuilder<String, String> builder, MessageHandler<String, String> mailer) {
        return builder.config(c -> c.name("mailer"))
                .stage(Stages.mdc("mailer")) // last, next to the handler
                .handler(mailer);
    }
}
