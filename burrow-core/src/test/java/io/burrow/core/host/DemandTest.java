package io.burrow.core.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DemandTest {
    private final List<String> said = new ArrayList<>();

    private final class Switch extends Demand {
        private final String name;
        private boolean on = true;
        private boolean open = true;

        Switch(String name, @Nullable Demand outer) {
            super(outer);
            this.name = name;
        }

        @Override
        protected boolean isAsked() {
            return on;
        }

        @Override
        protected boolean enter() {
            said.add((open ? "+" : "!") + name);
            return open;
        }

        @Override
        protected void leave() {
            said.add("-" + name);
        }
    }

    private final Switch outer = new Switch("outer", null);
    private final Switch inner = new Switch("inner", outer);

    @Test
    void whereNobodySaysAnything_itLasts() throws Exception {
        Demand demand = Demand.current();
        assertThat(demand.isWanted()).isTrue();
        assertThat(demand.resume(() -> "x")).isEqualTo("x");
    }

    @Test
    void current_isTheInnermost_whileItIsWorkedFor() throws Exception {
        Demand before = Demand.current();
        outer.call(() -> {
            assertThat(Demand.current()).isSameAs(outer);
            inner.call(() -> {
                assertThat(Demand.current()).isSameAs(inner);
                return null;
            });
            assertThat(Demand.current()).isSameAs(outer);
            return null;
        });
        assertThat(Demand.current()).isSameAs(before);
        assertThat(said).containsExactly("+outer", "+inner", "-inner", "-outer");
    }

    @Test
    void resume_entersAll_andLeavesThem_alsoOnAnException() {
        assertThatThrownBy(() -> inner.resume(() -> {
                    assertThat(Demand.current()).isSameAs(inner);
                    throw new IllegalStateException("work");
                }))
                .hasMessage("work");
        assertThat(said).containsExactly("+outer", "+inner", "-inner", "-outer");
        assertThat(Demand.current()).isNotSameAs(inner);
    }

    @Test
    void isWanted_endsWithAnyOfThem() {
        assertThat(inner.isWanted()).isTrue();
        outer.on = false;
        assertThat(inner.isWanted()).isFalse();
        outer.on = true;
        inner.on = false;
        assertThat(inner.isWanted()).isFalse();
        assertThat(outer.isWanted()).isTrue();
    }

    @Test
    void resume_ofWhatNobodyWaitsFor_doesNothing() {
        outer.on = false;
        assertThatThrownBy(() -> inner.resume(() -> said.add("work"))).isInstanceOf(CancellationException.class);
        outer.on = true;
        inner.open = false;
        assertThatThrownBy(() -> inner.resume(() -> said.add("work"))).isInstanceOf(CancellationException.class);
        assertThat(said).containsExactly("+outer", "!inner", "-outer");
    }
}
