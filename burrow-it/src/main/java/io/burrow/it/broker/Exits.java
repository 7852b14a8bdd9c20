package io.burrow.it.broker;

/** Shutdown hooks that can be taken back at any time. */
final class Exits {

    private Exits() {}

    static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException exiting) {
            // The process is ending: the hook has run or will, and then finds nothing left to do.
        }
    }
}
