package io.burrow.it.bench.arm;

import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Waits until an arm holds as many records as it takes, and looks how much heap that is. One thread. */
final class HeapMeter {

    private static final long LOOK_MILLIS = 100;

    /** So many looks without a change, and it is full. */
    private static final int STEADY_LOOKS = 30;

    private static final int PATIENCE_LOOKS = 900;

    private HeapMeter() {}

    /** Starts an arm and measures it; returns a line of JSON. The client's own buffers are in it too. */
    static String measure(Supplier<Arm> starter) throws InterruptedException {
        long before = usedBytes();
        Arm arm = starter.get();
        long held = awaitFull(arm);
        return String.format(Locale.ROOT, "{\"held\":%d,\"heap_bytes\":%d}", held, usedBytes() - before);
    }

    private static long awaitFull(Arm arm) throws InterruptedException {
        long held = 0;
        int steady = 0;
        for (int looks = 0; steady < STEADY_LOOKS; looks++) {
            if (looks == PATIENCE_LOOKS) {
                throw new IllegalStateException("it was never full; it held " + held + " records");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            long now = arm.held();
            steady = now == held && now > 0 ? steady + 1 : 0;
            held = now;
        }
        return held;
    }

    private static long usedBytes() {
        // the first one may leave what is only then found to be free
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
