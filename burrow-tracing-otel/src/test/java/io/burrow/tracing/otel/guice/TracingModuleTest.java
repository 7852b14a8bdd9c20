package io.burrow.tracing.otel.guice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.AbstractModule;
import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.Stage;
import io.burrow.tracing.otel.BurrowTracing;
import io.burrow.tracing.otel.TracingStage;
import io.opentelemetry.api.OpenTelemetry;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TracingModuleTest {
    private static final AbstractModule NO_TELEMETRY = new AbstractModule() {
        @Override
        protected void configure() {
            bind(OpenTelemetry.class).toInstance(OpenTelemetry.noop());
        }
    };

    @Test
    void module_addsItsStageToTheOthers() {
        Stage<String, byte[]> own = next -> next;
        Injector injector =
                Guice.createInjector(NO_TELEMETRY, TracingModule.of(String.class, byte[].class), new AbstractModule() {
                    @Override
                    protected void configure() {
                        Multibinder.newSetBinder(binder(), new TypeLiteral<Stage<String, byte[]>>() {})
                                .addBinding()
                                .toInstance(own);
                    }
                });

        Set<Stage<String, byte[]>> stages = injector.getInstance(Key.get(new TypeLiteral<>() {}));
        assertThat(stages).hasSize(2).contains(own).hasAtLeastOneElementOfType(TracingStage.class);
        assertThat(injector.getInstance(Key.get(new TypeLiteral<Set<Stage<String, byte[]>>>() {})))
                .as("made once")
                .isEqualTo(stages);
    }

    @Test
    void module_addsTheSpansOfCommits_andBindsTheTracing() {
        Injector injector = Guice.createInjector(NO_TELEMETRY, TracingModule.of(String.class, byte[].class));
        assertThat(injector.getInstance(Key.get(new TypeLiteral<Set<BurrowListener>>() {})))
                .hasSize(1);
        assertThat(injector.getInstance(BurrowTracing.class)).isSameAs(injector.getInstance(BurrowTracing.class));
    }

    @Test
    void types_mayBeGeneric() {
        Injector injector = Guice.createInjector(
                NO_TELEMETRY, TracingModule.of(TypeLiteral.get(String.class), new TypeLiteral<List<Integer>>() {}));
        Set<Stage<String, List<Integer>>> stages = injector.getInstance(Key.get(new TypeLiteral<>() {}));
        assertThat(stages).hasSize(1);
    }

    @Test
    void with_changesTheBuilder() {
        List<BurrowTracing.Builder> seen = new ArrayList<>();
        Injector injector = Guice.createInjector(
                NO_TELEMETRY, TracingModule.of(String.class, String.class).with(seen::add));
        injector.getInstance(Key.get(new TypeLiteral<Set<Stage<String, String>>>() {}));
        assertThat(seen).hasSize(1);
    }

    @Test
    void withoutOpenTelemetry_theInjectorSaysSo() {
        assertThatThrownBy(() -> Guice.createInjector(TracingModule.of(String.class, String.class)))
                .isInstanceOf(CreationException.class)
                .hasMessageContaining("OpenTelemetry");
    }
}
