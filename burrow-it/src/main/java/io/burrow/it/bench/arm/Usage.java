package io.burrow.it.bench.arm;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What this process has used so far. Any thread. */
final class Usage {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    /** From Java 21; it counts threads that have ended too. */
    private static final @Nullable Method TOTAL = lookUp();

    private Usage() {}

    /**
     * Bytes allocated by all threads, those of virtual threads counted with their carriers. Before Java 21 only by the
     * threads that live, which makes no difference where threads are kept.
     */
    static long allocatedBytes() {
        if (TOTAL != null) {
            try {
                return (long) TOTAL.invoke(THREADS);
            } catch (ReflectiveOperationException failure) {
                throw new IllegalStateException("cannot read how much was allocated", failure);
            }
        }
        return Arrays.stream(THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds()))
                .filter(bytes -> bytes > 0)
                .sum();
    }

    /** Processor time, that of the collector and the compiler included. */
    static long cpuNanos() {
        return SYSTEM.getProcessCpuTime();
    }

    private static @Nullable Method lookUp() {
        try {
            return ThreadMXBean.class.getMethod("getTotalThreadAllocatedBytes");
        } catch (NoSuchMethodException before21) {
            return null;
        }
    }
}
