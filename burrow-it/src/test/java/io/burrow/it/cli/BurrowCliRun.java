package io.burrow.it.cli;

import io.burrow.it.demo.DemoPlan;
import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/**
 * One run of {@code ./burrow} in this process.
 *
 * @param status the exit status
 * @param out what it wrote
 * @param err what it wrote to the other stream
 */
public record BurrowCliRun(int status, String out, String err) {
    /** Runs a command line and returns when it has ended. */
    public static BurrowCliRun of(String... line) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine burrow = BurrowCli.commandLine(DemoPlan.standard());
        burrow.setOut(new PrintWriter(out, true));
        burrow.setErr(new PrintWriter(err, true));
        int status = burrow.execute(line);
        return new BurrowCliRun(status, out.toString(), err.toString());
    }
}
