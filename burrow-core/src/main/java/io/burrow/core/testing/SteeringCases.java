package io.burrow.core.testing;

import static io.burrow.core.testing.Scene.expectOffsets;
import static io.burrow.core.testing.SourceProbe.check;

import io.burrow.api.BurrowException;
import io.burrow.api.TopicPartition;
import io.burrow.core.testing.MessageSourceContract.NamedCase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Pause, wakeup and close. */
final class SteeringCases {
    private SteeringCases() {}

    static List<NamedCase> all() {
        return List.of(
                NamedCase.of("pause_holdsAPartitionBack_untilResume", 2, SteeringCases::pause),
                NamedCase.of("pause_withinAssigned_holdsFromTheStart", 1, SteeringCases::pauseAtOnce),
                NamedCase.of("pauseAndResume_ofWhatIsNotAssigned_areIgnored", 1, SteeringCases::pauseOfOthers),
                NamedCase.of("wakeup_endsAPollThatWaits", 1, SteeringCases::wakeup),
                NamedCase.of("wakeup_beforeAPoll_endsIt", 1, SteeringCases::wakeupBefore),
                NamedCase.of("wakeup_losesNoRecord", 1, SteeringCases::wakeupLosesNothing),
                NamedCase.of("close_revokesWhatIsAssigned", 2, SteeringCases::closeRevokes),
                NamedCase.of("close_withoutAPoll_callsNobodyBack", 1, SteeringCases::closeWithoutPoll),
                NamedCase.of("close_twice_doesNothing", 1, SteeringCases::closeTwice),
                NamedCase.of("close_afterOpenFailed_callsNobodyBack", 1, SteeringCases::closeAfterFailure),
                NamedCase.of("settings_areInTheirRanges", 1, SteeringCases::settings));
    }

    private static void pause(Scene scene) throws Exception {
        TopicPartition held = scene.partition(0);
        TopicPartition other = scene.partition(1);
        List<Long> before = scene.produce(0, 2);
        SourceProbe probe = scene.assigned(2);
        scene.until(() -> probe.received() >= 2, "2 records came", probe);

        probe.source.pause(List.of(held));
        List<Long> offsets = new ArrayList<>(before);
        offsets.addAll(scene.produce(0, 3));
        List<Long> others = scene.produce(1, 3);
        scene.until(() -> probe.offsets(other).size() >= 3, "records of the other partition came", probe);
        scene.aFewPolls(probe);
        expectOffsets(probe, held, before);
        expectOffsets(probe, other, others);

        probe.source.resume(List.of(held));
        scene.until(() -> probe.offsets(held).size() >= 5, "records came after resume", probe);
        expectOffsets(probe, held, offsets);
    }

    private static void pauseAtOnce(Scene scene) throws Exception {
        List<Long> offsets = scene.produce(0, 3);
        SourceProbe probe = scene.source();
        probe.onAssigned = partitions -> probe.source.pause(partitions);
        probe.open();
        scene.until(() -> probe.assigned.size() == 1, "a partition is assigned", probe);
        scene.aFewPolls(probe);
        check(probe.received() == 0, "%s records came although the partition was paused", probe.received());
        probe.source.resume(List.of(scene.partition(0)));
        scene.until(() -> probe.received() >= 3, "records came after resume", probe);
        expectOffsets(probe, scene.partition(0), offsets);
    }

    private static void pauseOfOthers(Scene scene) throws Exception {
        List<Long> offsets = scene.produce(0, 1);
        TopicPartition stranger = new TopicPartition(scene.topic + "-other", 7);
        SourceProbe probe = scene.assigned(1);
        probe.source.pause(List.of(stranger));
        probe.source.resume(List.of(stranger));
        scene.until(() -> probe.received() >= 1, "a record came", probe);
        expectOffsets(probe, scene.partition(0), offsets);
    }

    private static void wakeup(Scene scene) throws Exception {
        SourceProbe probe = scene.assigned(1);
        scene.aFewPolls(probe);
        CountDownLatch polling = new CountDownLatch(1);
        Thread waker = new Thread(
                () -> {
                    try {
                        if (polling.await(scene.harness.patience().toNanos(), TimeUnit.NANOSECONDS)) {
                            probe.source.wakeup();
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "contract-waker");
        waker.setDaemon(true);
        waker.start();
        polling.countDown();
        expectPollEndsEarly(scene, probe);
        waker.join();
    }

    private static void wakeupBefore(Scene scene) throws Exception {
        SourceProbe probe = scene.assigned(1);
        scene.aFewPolls(probe);
        probe.source.wakeup();
        expectPollEndsEarly(scene, probe);
    }

    private static void expectPollEndsEarly(Scene scene, SourceProbe probe) {
        long start = System.nanoTime();
        probe.poll(scene.harness.patience());
        check(
                System.nanoTime() - start < scene.harness.patience().toNanos(),
                "wakeup must end a poll, which lasted its whole timeout of %s",
                scene.harness.patience());
    }

    private static void wakeupLosesNothing(Scene scene) throws Exception {
        List<Long> offsets = scene.produce(0, 50);
        SourceProbe probe = scene.assigned(1);
        scene.until(
                () -> {
                    probe.source.wakeup();
                    return probe.received() >= 50;
                },
                "50 records came, with a wakeup before every poll",
                probe);
        expectOffsets(probe, scene.partition(0), offsets);
    }

    private static void closeRevokes(Scene scene) throws Exception {
        SourceProbe probe = scene.assigned(2);
        probe.close();
        check(
                probe.assigned.isEmpty()
                        && probe.events.stream().noneMatch(event -> event.startsWith("lost"))
                        && probe.events.stream().anyMatch(event -> event.startsWith("revoked")),
                "close must revoke what is assigned: %s",
                probe.events);
    }

    private static void closeWithoutPoll(Scene scene) throws Exception {
        SourceProbe probe = scene.source().open();
        probe.close();
        check(probe.events.isEmpty(), "nothing was assigned, so close must not call back: %s", probe.events);
    }

    private static void closeTwice(Scene scene) throws Exception {
        SourceProbe probe = scene.assigned(1);
        probe.close();
        int events = probe.events.size();
        probe.close();
        check(probe.events.size() == events, "a second close must do nothing: %s", probe.events);
    }

    private static void closeAfterFailure(Scene scene) throws Exception {
        SourceProbe probe = scene.source(scene.topic + "-missing");
        try {
            probe.open();
        } catch (BurrowException expected) {
            check(!expected.getMessage().isBlank(), "an error must say what is wrong");
        }
        probe.close();
        check(probe.events.isEmpty(), "nothing was assigned, so close must not call back: %s", probe.events);
    }

    private static void settings(Scene scene) throws Exception {
        SourceProbe probe = scene.assigned(1);
        check(
                !probe.source.maxPollInterval().isNegative()
                        && !probe.source.maxPollInterval().isZero(),
                "maxPollInterval must be positive: %s",
                probe.source.maxPollInterval());
        check(
                probe.source.committer().metadataLimit() >= 0,
                "metadataLimit must not be negative: %s",
                probe.source.committer().metadataLimit());
    }
}
