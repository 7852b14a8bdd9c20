package io.burrow.it.demo;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;

/**
 * What is known of standard output. The launcher looks whether it is a terminal, since Java cannot say that of standard
 * output alone, and passes it on as system properties.
 *
 * @param live whether a view can be drawn over its predecessor
 * @param attended whether somebody is there who sits at this machine: it is a terminal, and not that of a login from
 *     another one
 * @param width columns
 * @param charset how text is to be encoded
 */
public record Terminal(boolean live, boolean attended, int width, Charset charset) {

    private static final int USUAL_WIDTH = 100;
    private static final int NARROWEST = 40;
    private static final int WIDEST = 160;

    /**
     * Looks at this process.
     *
     * @param plain whether the user asked for plain lines
     * @return what was found
     */
    public static Terminal detect(boolean plain) {
        return of(plain, System.getProperties(), System.getenv());
    }

    static Terminal of(boolean plain, Properties properties, Map<String, String> environment) {
        boolean terminal = Boolean.parseBoolean(properties.getProperty("burrow.terminal"));
        boolean live = !plain
                && terminal
                && environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !environment.getOrDefault("TERM", "dumb").equals("dumb");
        boolean attended =
                terminal && environment.getOrDefault("SSH_CONNECTION", "").isEmpty();
        return new Terminal(live, attended, width(properties.getProperty("burrow.columns", "")), charset(properties));
    }

    /**
     * A screen on standard output.
     *
     * @return the screen
     */
    public Screen screen() {
        return screen(new PrintStream(new FileOutputStream(FileDescriptor.out), false, charset));
    }

    Screen screen(PrintStream out) {
        Picture picture = new Picture(charset.equals(StandardCharsets.UTF_8), live);
        return live ? new LiveScreen(out, picture, width) : new PlainScreen(out, picture, width);
    }

    private static int width(String columns) {
        try {
            int width = Integer.parseInt(columns.strip());
            return width == 0 ? USUAL_WIDTH : Math.min(WIDEST, Math.max(NARROWEST, width));
        } catch (NumberFormatException unknown) {
            return USUAL_WIDTH;
        }
    }

    private static Charset charset(Properties properties) {
        for (String name : new String[] {"stdout.encoding", "sun.stdout.encoding", "native.encoding"}) {
            String charset = properties.getProperty(name, "");
            if (!charset.isEmpty() && Charset.isSupported(charset)) {
                return Charset.forName(charset).equals(StandardCharsets.UTF_8)
                        ? StandardCharsets.UTF_8
                        : StandardCharsets.US_ASCII;
            }
        }
        return StandardCharsets.US_ASCII;
    }
}
