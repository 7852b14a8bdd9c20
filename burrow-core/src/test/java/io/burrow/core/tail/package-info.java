/** A source over files, written from the public SPIs alone: what a user's own adapter looks like. */
@NullMarked
package io.burrow.core.tail;

import org.jspecify.annotations.NullMarked;
