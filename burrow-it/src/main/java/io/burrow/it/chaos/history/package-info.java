/**
 * What a member of the group writes down while it works, one line for each event, so that it can be checked when the
 * member is gone: {@link io.burrow.it.chaos.history.HistoryWriter} and {@link io.burrow.it.chaos.history.History}.
 */
@NullMarked
package io.burrow.it.chaos.history;

import org.jspecify.annotations.NullMarked;
