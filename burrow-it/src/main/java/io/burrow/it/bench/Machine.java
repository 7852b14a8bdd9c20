package io.burrow.it.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** What a run ran on. */
final class Machine {

    private Machine() {}

    /** One line. */
    static String describe() {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return system.getAvailableProcessors() + " processors, " + (system.getTotalMemorySize() >> 30) + " GiB, "
                + system.getName() + " " + system.getArch() + ", Java " + Runtime.version();
    }
}
