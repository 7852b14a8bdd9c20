package io.burrow.core.worker;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/** Makes virtual threads where the runtime has them. The code is compiled for Java 17, so they are looked up, once. */
public final class VirtualThreads {
    private static final @Nullable MethodHandle NEW_THREAD = lookUp();

    private VirtualThreads() {}

    /**
     * Whether this runtime has virtual threads that need no preview switch.
     *
     * @return true on Java 21 and later
     */
    public static boolean available() {
        return NEW_THREAD != null;
    }

    /**
     * Makes a virtual thread that is not started.
     *
     * @param name its name
     * @param task what it runs
     * @return the thread
     * @throws IllegalStateException if the runtime has none
     */
    static Thread unstarted(String name, Runnable task) {
        if (NEW_THREAD == null) {
            throw new IllegalStateException(
                    "no virtual threads in Java " + Runtime.version().feature());
        }
        try {
            Thread thread = (Thread) NEW_THREAD.invokeExact(task);
            thread.setName(name);
            return thread;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("cannot make a virtual thread", e);
        }
    }

    private static @Nullable MethodHandle lookUp() {
        if (Runtime.version().feature() < 21) {
            return null;
        }
        try {
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            Class<?> ofVirtual = Class.forName("java.lang.Thread$Builder$OfVirtual");
            MethodHandle builder = lookup.findStatic(Thread.class, "ofVirtual", MethodType.methodType(ofVirtual));
            MethodHandle unstarted = lookup.findVirtual(
                    Class.forName("java.lang.Thread$Builder"),
                    "unstarted",
                    MethodType.methodType(Thread.class, Runnable.class));
            // unstarted(ofVirtual(), task)
            return MethodHandles.collectArguments(
                    unstarted.asType(MethodType.methodType(Thread.class, ofVirtual, Runnable.class)), 0, builder);
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }
}
