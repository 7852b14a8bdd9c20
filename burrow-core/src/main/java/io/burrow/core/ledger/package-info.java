/** What of a partition is finished, and how far that goes without a gap. Internal: no public API. */
@NullMarked
package io.burrow.core.ledger;

import org.jspecify.annotations.NullMarked;
