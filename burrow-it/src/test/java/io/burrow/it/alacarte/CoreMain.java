package io.burrow.it.alacarte;

import io.burrow.core.Burrow;

/** Needs api and core. */
final class CoreMain {
    private CoreMain() {}

    /** Takes no arguments. */
    public static void main(String[] args) throws InterruptedException {
        Orders orders = new Orders();
        orders.run(Burrow.<String, String>builder()
                .source(orders.source())
                .handler(message -> orders.handle())
                .build());
    }
}
