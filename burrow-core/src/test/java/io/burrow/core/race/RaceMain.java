package io.burrow.core.race;

import java.util.SortedSet;
import org.openjdk.jcstress.JCStress;
import org.openjdk.jcstress.Options;
import org.openjdk.jcstress.vm.VMSupport;

/** jcstress's own command, but for one thing: JDK 17 does not run everything twice, for the locks it no longer has. */
final class RaceMain {
    private RaceMain() {}

    public static void main(String[] args) throws Exception {
        Options options = new Options(args);
        if (!options.parse()) {
            System.exit(1);
        }
        new JCStress(options) {
            @Override
            public SortedSet<String> getTests() { // asked for when the ways to run them are known
                VMSupport.getAvailableVMConfigs()
                        .removeIf(config -> config.args().contains("-XX:+UseBiasedLocking"));
                return super.getTests();
            }
        }.run();
    }
}
