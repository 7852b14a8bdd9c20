package io.burrow.it.demo;

/** Where the demo shows itself. One thread. */
public interface Screen {

    /** Begins a part. */
    void heading(String text);

    /** Prints a line that stays, indented under its part. */
    void line(String text);

    /** Shows the present state; called several times a second, and shown as often as it suits this screen. */
    void show(View view);

    /** Leaves what was last shown in its place. */
    void settle();
}
