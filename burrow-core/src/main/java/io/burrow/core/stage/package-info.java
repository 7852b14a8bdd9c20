/**
 * Stages to put around a handler: {@link io.burrow.core.stage.Stages} makes them, {@code BurrowBuilder.stage} takes
 * them. One of your own is a {@link io.burrow.api.spi.Stage}, mostly one lambda.
 */
@NullMarked
package io.burrow.core.stage;

import org.jspecify.annotations.NullMarked;
