/**
 * The ports of Burrow and its extension points. {@link io.burrow.api.spi.MessageSource} and
 * {@link io.burrow.api.spi.OffsetCommitter} connect a transport; {@link io.burrow.api.spi.DeadLetterSink} takes what
 * failed; {@link io.burrow.api.spi.RetryPolicy} says whether to try again and {@link io.burrow.api.spi.BackoffStrategy}
 * when; {@link io.burrow.api.spi.Stage} wraps a handler; {@link io.burrow.api.spi.ConcurrencyLimit} says how many may
 * run, and {@link io.burrow.api.spi.Sizer} what a record weighs; {@link io.burrow.api.spi.BurrowListener} watches.
 */
@NullMarked
package io.burrow.api.spi;

import org.jspecify.annotations.NullMarked;
