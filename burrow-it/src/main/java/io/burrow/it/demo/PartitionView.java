package io.burrow.it.demo;

import java.util.List;

/**
 * One partition at one moment, ready to be drawn.
 *
 * @param number the number of the partition
 * @param committed the offset last committed, or -1 if none is known
 * @param commitPoint nothing below this offset is unfinished
 * @param endPosition the next offset to fetch
 * @param cells the records from the commit point on, one cell each, as far as any was started; what follows up to the
 *     end position was fetched and not started
 */
record PartitionView(int number, long committed, long commitPoint, long endPosition, List<Cell> cells) {

    PartitionView {
        cells = List.copyOf(cells);
    }
}
