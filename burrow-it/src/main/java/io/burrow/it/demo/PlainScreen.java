package io.burrow.it.demo;

import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/** Lines only, for a file or a pipe: one a second, and two drawings a part, one amid it and one at its end. */
final class PlainScreen implements Screen {

    private static final int DRAWN_AT = 2;

    private final PrintStream out;
    private final Picture picture;
    private final int width;
    private @Nullable View last;
    private long nextSecond;

    PlainScreen(PrintStream out, Picture picture, int width) {
        this.out = out;
        this.picture = picture;
        this.width = width;
    }

    @Override
    public void heading(String text) {
        settle();
        print("\n" + text);
    }

    @Override
    public void line(String text) {
        print(text.isEmpty() ? "" : "   " + text);
    }

    @Override
    public void show(View view) {
        long second = view.elapsed().toSeconds();
        if (last == null) {
            nextSecond = 1;
        }
        if (second >= nextSecond) {
            nextSecond = second + 1;
            print(second == DRAWN_AT ? picture.render(view, width) : Picture.counts(view));
        }
        last = view;
    }

    @Override
    public void settle() {
        if (last != null) {
            print(picture.render(last, width));
            last = null;
        }
    }

    private void print(String text) {
        out.print(text + "\n");
        out.flush();
    }
}
