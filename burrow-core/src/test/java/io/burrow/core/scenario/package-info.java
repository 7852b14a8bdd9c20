/**
 * The bugs that peers had, each by its number in the list: {@code s02_...} is the second row. What happens in the
 * engine is shown here, step by step where that is possible and with threads where threads are the point. That each
 * test fails when its guard is taken out is the matter of {@code io.burrow.core.sim.teeth}.
 *
 * <p>Where a row has another half, it is shown elsewhere, since the engine does not decide it:
 *
 * <ul>
 *   <li>4, 7, 8: which exceptions of Kafka's consumer come to which outcome of a commit, and that its poll goes on
 *       after one, is the adapter's. Here a committer throws or answers.
 *   <li>13, 16: that markers and compacted holes reach the engine as end positions is the adapter's. Here the in-memory
 *       broker makes holes.
 *   <li>24: that Kafka's consumer throws on a pause of what it does not have. Here a source in front of the in-memory
 *       one does.
 *   <li>33: meters are removed by the metrics module. Here it is what the engine counts.
 *   <li>34: how records and settings of Kafka are printed is the adapter's. Here it is all that the engine logs or
 *       tells.
 * </ul>
 */
@NullMarked
package io.burrow.core.scenario;

import org.jspecify.annotations.NullMarked;
