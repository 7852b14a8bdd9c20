package io.burrow.it.bench.arm;

import java.io.IOException;
import java.util.function.Function;

/** The process of one measurement: it prints one line of JSON and ends, at the latest when its standard input does. */
public final class ArmRun {

    private static final int FAILED = 1;

    private ArmRun() {}

    /**
     * Measures, and ends the process. Nothing is closed: the group is never used again.
     *
     * @param arguments the settings
     * @param starter starts the arm
     */
    public static void main(String[] arguments, Function<ArmSettings, Arm> starter) {
        Thread parent = new Thread(ArmRun::awaitParent, "parent");
        parent.setDaemon(true);
        parent.start();
        try {
            ArmSettings settings = ArmSettings.parse(arguments);
            String json = measure(settings, starter);
            System.out.println(json);
            System.out.flush();
            // and not a halt: a flight recording is written at the exit
            System.exit(0);
        } catch (InterruptedException | IOException | RuntimeException | Error failure) {
            failure.printStackTrace();
            Runtime.getRuntime().halt(FAILED);
        }
    }

    private static String measure(ArmSettings settings, Function<ArmSettings, Arm> starter)
            throws InterruptedException, IOException {
        Crash crash = settings.crash();
        if (crash != null) {
            return crashed(starter.apply(settings), crash);
        }
        if (settings.consumption().work().kind() == Work.Kind.HOLD) {
            return HeapMeter.measure(() -> starter.apply(settings));
        }
        return new Meter(starter.apply(settings), settings.span()).measure().json();
    }

    private static String crashed(Arm arm, Crash crash) throws InterruptedException, IOException {
        Journal journal = arm.journal();
        if (journal == null) {
            throw new IllegalArgumentException("this arm does not note what it does");
        }
        CrashMeter meter = new CrashMeter(arm, journal);
        if (crash.killAfter() > 0) {
            meter.killAfter(crash.killAfter());
        }
        return meter.count();
    }

    private static void awaitParent() {
        try {
            System.in.transferTo(java.io.OutputStream.nullOutputStream());
        } catch (IOException gone) {
            // as good as its end
        }
        Runtime.getRuntime().halt(FAILED);
    }
}
