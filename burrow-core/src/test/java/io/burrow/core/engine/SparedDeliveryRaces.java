package io.burrow.core.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import io.burrow.api.spi.SourceRecord;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A delivery that is used again: never while the loop believes to know its record. */
public final class SparedDeliveryRaces {
    private SparedDeliveryRaces() {}

    @JCStressTest
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "it stays the delivery of its record")
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "it is another's, and the loop knows that")
    @State
    public static class PinAgainstTheNextRecord {
        private final RaceRig rig = new RaceRig(RaceRig.RETRIES);
        private final Delivery delivery = delivery(rig);
        private final int attempt = delivery.begin();

        private static Delivery delivery(RaceRig rig) {
            SourceRecord<?, ?> record = rig.delivery.record();
            return (Delivery) new RecordRun(rig.delivery.batch(), 0, new SourceRecord<?, ?>[] {record}).unit(0, null);
        }

        @Actor
        public void worker(II_Result r) {
            delivery.take(attempt);
            delivery.spare(rig.worker);
            r.r1 = rig.worker.takeSpare() == null ? 0 : 1;
        }

        @Actor
        public void loop(II_Result r) {
            r.r2 = delivery.pin() ? 1 : 0;
        }
    }
}
