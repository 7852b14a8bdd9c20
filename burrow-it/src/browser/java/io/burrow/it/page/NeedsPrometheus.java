package io.burrow.it.page;

import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips a class where there is no Prometheus, and says so where it is seen. */
final class NeedsPrometheus implements BeforeAllCallback {
    @Override
    public void beforeAll(ExtensionContext context) {
        Optional<String> missing = Prometheus.missing();
        missing.ifPresent(what -> {
            System.err.println("SKIPPED: " + context.getDisplayName() + ": " + what);
            Assumptions.abort(what);
        });
    }
}
