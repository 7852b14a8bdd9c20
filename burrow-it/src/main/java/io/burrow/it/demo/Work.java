package io.burrow.it.demo;

import java.time.Duration;

/** The handler's work in the demo: a call to something slow, played by a sleep. */
final class Work {

    private Work() {}

    static void sleep(Duration time) throws InterruptedException {
        Thread.sleep(time.toMillis());
    }
}
