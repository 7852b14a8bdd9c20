package io.burrow.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class OutcomeTest {
    @Test
    void success_isOneInstance() {
        assertThat(Outcome.success()).isSameAs(Outcome.success()).isSameAs(Outcome.Success.INSTANCE);
    }

    @Test
    void failure_holdsItsCause() {
        Exception cause = new Exception("why");
        assertThat(Outcome.failure(cause)).isEqualTo(new Outcome.Failed(cause));
        assertThat(((Outcome.Failed) Outcome.failure(cause)).cause()).isSameAs(cause);
    }

    @Test
    void failure_withoutCause_isRefused() {
        assertThatThrownBy(() -> Outcome.failure(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("cause");
    }

    @Test
    void allSucceeded_hasOneForEachMessage() {
        assertThat(Outcome.allSucceeded(0)).isEmpty();
        assertThat(Outcome.allSucceeded(3)).hasSize(3).containsOnly(Outcome.success());
        List<Outcome> outcomes = Outcome.allSucceeded(3);
        assertThatThrownBy(() -> outcomes.set(0, Outcome.failure(new Exception())))
                .isInstanceOf(UnsupportedOperationException.class);
    }
}
