package io.burrow.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.Health;
import io.burrow.core.Burrow;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A group with more members than partitions. */
@ExtendWith(SharedKafka.class)
@Timeout(180)
class IdleMemberIT {
    private final EmbeddedKafka kafka;

    IdleMemberIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    @ParameterizedTest
    @EnumSource
    void aMemberWithoutAPartition_isReady_andTakesOver(GroupProtocol protocol) {
        try (Scene scene = Scene.on(kafka, protocol, 0)) {
            List<Burrow<String, String>> both = List.of(
                    scene.start(scene.burrow().handler(m -> {})),
                    scene.start(scene.burrow().handler(m -> {})));
            Await.until(
                    "both ready, one with the partition",
                    Scene.LIMIT,
                    () -> both.stream().allMatch(each -> each.health().status() == Health.Status.READY)
                            && both.stream().mapToInt(IdleMemberIT::partitions).sum() == 1
                            && scene.members() == 2);
            Burrow<String, String> idle = both.get(0).health().partitions().isEmpty() ? both.get(0) : both.get(1);
            assertThat(idle.health().ready()).isTrue();
            assertThat(idle.health().live()).isTrue();

            both.stream().filter(each -> each != idle).forEach(Burrow::close);
            Await.until("the other took over", Scene.LIMIT, () -> partitions(idle) == 1);
            scene.beat();
        }
    }

    private static int partitions(Burrow<String, String> burrow) {
        return burrow.health().partitions().size();
    }
}
