package io.burrow.core.engine;

import io.burrow.core.worker.Workers;

/**
 * Finds in the stack of a thread what of the user's, or of an adapter, the engine has called and is not back from. The
 * innermost frame is the first.
 */
final class Calls {
    private static final String ENGINE = Engine.class.getPackageName() + ".";
    private static final String WORKERS = Workers.class.getPackageName() + ".";
    private static final String DELIVERY = Delivery.class.getName();

    private Calls() {}

    /** Where what was called stands; -1 if the engine is at its own work. */
    static int called(StackTraceElement[] frames) {
        for (int called = caller(frames) - 1; called >= 0; called--) {
            String name = frames[called].getClassName();
            // the shipped policies are made of the user's
            if (!name.startsWith("java.") && !name.startsWith("jdk.") && !name.startsWith("io.burrow.api.")) {
                return called;
            }
        }
        return -1;
    }

    /** Whether it is a record that is being decoded. */
    static boolean isDecoding(StackTraceElement[] frames) {
        int caller = caller(frames);
        return caller >= 0
                && frames[caller].getClassName().equals(DELIVERY)
                && frames[caller].getMethodName().equals("message");
    }

    /** The innermost frame of who calls what is the user's; -1 if there is none. */
    private static int caller(StackTraceElement[] frames) {
        for (int i = 0; i < frames.length; i++) {
            String name = frames[i].getClassName();
            if (name.startsWith(ENGINE) || name.startsWith(WORKERS)) {
                return i;
            }
        }
        return -1;
    }
}
