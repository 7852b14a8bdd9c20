/**
 * What is finished above the commit point, as text that is kept with the committed offset. Pure: no transport, clock or
 * log. Internal: no public API.
 */
@NullMarked
package io.burrow.core.snapshot;

import org.jspecify.annotations.NullMarked;
