/**
 * The way to build and run a Burrow without any framework: {@link io.burrow.core.Burrow#builder()}. The packages below
 * it are internal, but for {@code guice} (wiring), {@code stage} (stages to put around a handler) and {@code testing}
 * (the test kit).
 */
@NullMarked
package io.burrow.core;

import org.jspecify.annotations.NullMarked;
