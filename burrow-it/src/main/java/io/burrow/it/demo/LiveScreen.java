package io.burrow.it.demo;

import java.io.PrintStream;

/** A terminal: the view is drawn over its predecessor, lines that stay scroll above it. */
final class LiveScreen implements Screen {

    private static final String ESCAPE = "\u001b[";

    private final PrintStream out;
    private final Picture picture;
    private final int width;

    /** How many lines of a drawing stand right above the cursor, to be drawn over. */
    private int drawn;

    LiveScreen(PrintStream out, Picture picture, int width) {
        this.out = out;
        this.picture = picture;
        this.width = width;
    }

    @Override
    public void heading(String text) {
        settle();
        print("\n" + ESCAPE + "1m" + text + ESCAPE + "0m\n");
    }

    @Override
    public void line(String text) {
        print(back() + (text.isEmpty() ? "" : "   " + text) + "\n");
        drawn = 0;
    }

    @Override
    public void show(View view) {
        String text = picture.render(view, width - 1);
        print(back() + text + "\n");
        drawn = (int) text.lines().count();
    }

    @Override
    public void settle() {
        drawn = 0;
    }

    private String back() {
        return drawn == 0 ? "" : ESCAPE + drawn + "A\r" + ESCAPE + "J";
    }

    /** In one piece, so that the terminal does not show half of it. */
    private void print(String text) {
        out.print(text);
        out.flush();
    }
}
