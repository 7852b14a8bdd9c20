package io.burrow.it.bench.arm;

import java.util.List;

/** The process of every arm but Parallel Consumer. */
public final class ArmMain {

    private ArmMain() {}

    /**
     * Measures and ends.
     *
     * @param arguments {@link ArmSettings#arguments()}
     */
    public static void main(String[] arguments) {
        ArmRun.main(arguments, ArmMain::start);
    }

    private static Arm start(ArmSettings settings) {
        return switch (settings.kind()) {
            case BARE -> LoopArm.bare(settings);
            case VIRTUAL -> LoopArm.virtualThreads(settings);
            case BURROW -> new BurrowArm(settings, List.of());
            case BURROW_WITH_METRICS -> new BurrowArm(settings, List.of(Scraped.metrics()));
            case BURROW_TWICE -> new BurrowArm(settings, List.of(), 2);
            case SHARE -> LoopArm.share(settings);
            case PARALLEL, PARALLEL_TUNED ->
                throw new IllegalArgumentException("Parallel Consumer has a class path of its own");
        };
    }
}
