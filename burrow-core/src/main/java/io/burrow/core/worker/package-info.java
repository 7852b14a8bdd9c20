/** The threads that run handlers. Internal: no public API. */
@NullMarked
package io.burrow.core.worker;

import org.jspecify.annotations.NullMarked;
