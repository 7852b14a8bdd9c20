/**
 * The events that a Burrow leaves in recordings of the JDK's flight recorder. Near-free while nobody records them: they
 * are asked for once at each place, and not made. Their names and fields are what {@code docs/logging.md} says; the
 * classes are internal: no public API.
 */
@NullMarked
package io.burrow.core.jfr;

import org.jspecify.annotations.NullMarked;
