package io.burrow.it.demo;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What handlers did, record by record, over several runs of a consumer: the demo's own book, kept apart from anything
 * that a consumer says of itself. The topic must be new, so that offsets begin at 0 and have no holes. Any thread.
 */
final class HandledLog {

    private final Map<Integer, Book> books = new TreeMap<>();
    private long done;
    private long redelivered;

    private static final class Book {
        private final BitSet started = new BitSet();
        private final BitSet startedAgain = new BitSet();
        private final BitSet done = new BitSet();

        /** Started in this run, not done in it. */
        private final BitSet open = new BitSet();
    }

    synchronized void started(int partition, long offset) {
        Book book = book(partition);
        int index = Math.toIntExact(offset);
        book.open.set(index);
        if (!book.started.get(index)) {
            book.started.set(index);
        } else if (!book.startedAgain.get(index)) {
            book.startedAgain.set(index);
            redelivered++;
        }
    }

    synchronized void done(int partition, long offset) {
        Book book = book(partition);
        int index = Math.toIntExact(offset);
        book.open.clear(index);
        if (!book.done.get(index)) {
            book.done.set(index);
            done++;
        }
    }

    /** The consumer has ended, in whatever way: nothing is in a handler any more. */
    synchronized void ended() {
        books.values().forEach(book -> book.open.clear());
    }

    /** How many records were handled to the end, each counted once. */
    synchronized long done() {
        return done;
    }

    /** How many records a handler was given more than once, each counted once. */
    synchronized long redelivered() {
        return redelivered;
    }

    synchronized long inHandlers() {
        return books.values().stream()
                .mapToLong(book -> book.open.cardinality())
                .sum();
    }

    /**
     * How many records were never handled to the end.
     *
     * @param ends the offset after the last record, by the number of the partition
     */
    synchronized long lost(Map<Integer, Long> ends) {
        long lost = 0;
        for (Map.Entry<Integer, Long> end : ends.entrySet()) {
            int count = Math.toIntExact(end.getValue());
            lost += count - book(end.getKey()).done.get(0, count).cardinality();
        }
        return lost;
    }

    /**
     * The partitions as this book knows them, where a commit point is the first record not done.
     *
     * @param ends the offset after the last record, by the number of the partition
     * @param committed committed offsets, by the number of the partition
     */
    synchronized List<PartitionView> partitions(Map<Integer, Long> ends, Map<Integer, Long> committed) {
        List<PartitionView> views = new ArrayList<>();
        new TreeMap<>(ends).forEach((number, end) -> {
            Book book = book(number);
            int commitPoint = book.done.nextClearBit(0);
            List<Cell> cells = new ArrayList<>();
            int front = Math.max(book.done.length(), book.open.length());
            for (int offset = commitPoint; offset < front; offset++) {
                // Open first: what is handled again is not done again yet.
                cells.add(book.open.get(offset) ? Cell.RUNNING : book.done.get(offset) ? Cell.DONE : Cell.WAITING);
            }
            views.add(new PartitionView(number, committed.getOrDefault(number, -1L), commitPoint, end, cells));
        });
        return views;
    }

    private Book book(int partition) {
        return books.computeIfAbsent(partition, any -> new Book());
    }
}
