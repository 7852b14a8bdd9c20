package io.burrow.kafka;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * What one run of a handler has added so far. Any thread: guarded by the record, which decides in the same moment
 * whether the run still counts.
 */
final class CollectedOutputs<K, V> implements Outputs<K, V> {
    private final TransactionalRecord<?, ?> origin;
    private final int attempt;
    private final OutputEncoder<K, V> encoder;

    private final List<Output> outputs = new ArrayList<>();
    private long bytes;
    private boolean closed;

    CollectedOutputs(TransactionalRecord<?, ?> origin, int attempt, OutputEncoder<K, V> encoder) {
        this.origin = origin;
        this.attempt = attempt;
        this.encoder = encoder;
    }

    @Override
    public void send(ProducerRecord<? extends K, ? extends V> record) {
        Objects.requireNonNull(record, "record");
        requireOpen();
        Output output = encoder.encode(record); // not under the lock: it runs the user's serialisers
        synchronized (origin) {
            requireOpen();
            encoder.requireWithin(outputs.size() + 1, bytes + output.sizeBytes());
            outputs.add(output);
            bytes += output.sizeBytes();
        }
    }

    private void requireOpen() {
        synchronized (origin) {
            if (closed || !origin.isAwaiting(attempt)) {
                throw new IllegalStateException("attempt " + attempt + " at " + origin
                        + " has ended: nothing can be added to its outputs any more");
            }
        }
    }

    /** The run succeeded: these are the attempt's outputs, unless a later run of it succeeds too. */
    void succeeded() {
        synchronized (origin) {
            if (!closed) {
                closed = true;
                origin.succeeded(attempt, List.copyOf(outputs));
            }
        }
    }

    /** The run is over; if it did not succeed, what it added is forgotten. */
    void close() {
        synchronized (origin) {
            closed = true;
            outputs.clear();
        }
    }
}
