package io.burrow.it.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.Failure;
import io.burrow.api.spi.RetryDecision;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What people see: lines that stay, one that changes, and reasons that hold nothing of a record. */
class DisplayTest {
    private final StringWriter out = new StringWriter();

    private Display display(boolean live) {
        return new Display(new PrintWriter(out), live);
    }

    @Test
    void terminal_oneLineChanges_belowThoseThatStay() {
        Display display = display(true);

        display.show("done 1");
        display.show("done 2");
        display.say("stopped");

        assertThat(out.toString())
                .isEqualTo("done 1\r\u001b[Kdone 2\r\u001b[Kburrow: stopped" + System.lineSeparator());
    }

    @Test
    void noTerminal_nothingChanges() {
        Display display = display(false);

        display.show("done 1");
        display.say("stopped");

        assertThat(out.toString()).isEqualTo("burrow: stopped" + System.lineSeparator());
    }

    @Test
    void exhausted_isToldOnceASecond_andTheLastIsKept() {
        Failures failures = new Failures(display(false));

        failures.attemptFailed(
                failure(1, new AttemptFailedException("exit status 3")), RetryDecision.RETRY, Duration.ZERO);
        assertThat(failures.last()).isNull();
        failures.attemptFailed(
                failure(2, new AttemptFailedException("exit status 3")), RetryDecision.GIVE_UP, Duration.ZERO);
        failures.attemptFailed(
                failure(3, new RecordRefusedException("HTTP status 400")), RetryDecision.HALT, Duration.ZERO);

        assertThat(out.toString().lines())
                .containsExactly("burrow: exhausted after attempt 1: orders-0@2: exit status 3");
        assertThat(failures.last()).isEqualTo("orders-0@3: HTTP status 400");
    }

    @Test
    void messageOfAnotherException_isNotShown() {
        Failures failures = new Failures(display(false));

        failures.attemptFailed(failure(1, new IllegalStateException("s3cret")), RetryDecision.GIVE_UP, Duration.ZERO);

        assertThat(out.toString()).contains("java.lang.IllegalStateException").doesNotContain("s3cret");
    }

    private static Failure failure(long offset, Throwable cause) {
        return new Failure(new TopicPartition("orders", 0), offset, 1, cause, Duration.ZERO, Duration.ZERO);
    }
}
