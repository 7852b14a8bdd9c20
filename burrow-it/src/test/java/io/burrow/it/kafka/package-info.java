/** Burrow on a real broker, and the kit for such tests. */
@NullMarked
package io.burrow.it.kafka;

import org.jspecify.annotations.NullMarked;
