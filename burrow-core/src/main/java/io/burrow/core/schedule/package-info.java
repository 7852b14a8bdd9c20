/**
 * What may run next: the queue of what is ready, and the lanes that keep records of a key in order. Internal: no public
 * API.
 */
@NullMarked
package io.burrow.core.schedule;

import org.jspecify.annotations.NullMarked;
