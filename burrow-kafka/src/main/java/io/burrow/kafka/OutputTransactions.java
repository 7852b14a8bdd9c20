package io.burrow.kafka;

import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import io.burrow.api.TopicPartition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TransactionAbortedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the transactions, one for each request to commit. Loop thread only.
 *
 * <p><b>The problem.</b> Outputs and offsets must be stored together, or neither; and a transaction is answered by one
 * of three: it is committed, it is not, or nobody knows. Outputs that are sent again after an answer of the third kind
 * are there twice; outputs that are not, perhaps never.
 *
 * <p><b>The idea.</b> Outputs stay held until their transaction is known to be committed. While that is not known,
 * nothing else is begun: the same commit is asked for again, as often as it takes, since the client allows that and
 * nothing else. Once it is known not to be committed, the next transaction begins afresh with all that is held then.
 *
 * <pre>
 *            ┌──────────────────────────── committed: outputs forgotten ◄───┐
 *            ▼                                                              │
 *   begin ─► send all below the offsets ─► send the offsets ─► commit ──► in doubt ──┐
 *            │                                  │                │  ▲                │ asked again by
 *            ▼                                  ▼                ▼  └────────────────┘ the next request
 *          abort ◄──────────────────────────────┴── known not to be committed
 *            │ └─► not answered: asked again by the next request
 *            ├─► aborted: outputs stay held
 *            └─► refused: no transaction of this producer can succeed any more
 * </pre>
 *
 * <p><b>What is fatal</b> the abort tells, not a list of errors: a producer that can still abort can go on.
 */
final class OutputTransactions implements OffsetWriter {
    private static final Logger log = LoggerFactory.getLogger(OutputTransactions.class);

    private final KafkaTransactions<?, ?> transactions;
    private final Supplier<ConsumerGroupMetadata> group;

    private @Nullable Producer<byte[], byte[]> producer;

    /** A transaction whose commit was not answered. */
    private @Nullable Open doubtful;

    private final RefusalLog refusals = new RefusalLog();
    private boolean aborting;
    private boolean interrupted;
    private @Nullable TransactionsEndedException ended;

    OutputTransactions(KafkaTransactions<?, ?> transactions, Supplier<ConsumerGroupMetadata> group) {
        this.transactions = transactions;
        this.group = group;
    }

    /**
     * Makes the producer, and ends what a former one of the same {@code transactional.id} left open. Comes before any
     * committed offset is asked for.
     */
    void open(Deadline deadline) {
        Producer<byte[], byte[]> made;
        try {
            made = transactions.makeProducer();
        } catch (RuntimeException e) {
            throw SourceFailures.making(e, transactions.servers());
        }
        if (made == null) {
            throw new BurrowException(ErrorCode.PART_MISSING, "the factory of the producer returned null");
        }
        producer = made;
        while (true) {
            try {
                made.initTransactions();
                break;
            } catch (TimeoutException e) {
                if (deadline.isOver()) {
                    throw opening(e);
                }
            } catch (RuntimeException e) {
                throw opening(e);
            }
        }
        transactions.opened(made);
    }

    private BurrowException opening(RuntimeException e) {
        return SourceFailures.opening(
                e, transactions.servers(), "preparing transactions as " + transactions.transactionalId());
    }

    @Override
    public @Nullable RuntimeException commit(
            Map<org.apache.kafka.common.TopicPartition, OffsetAndMetadata> offsets, Deadline deadline) {
        interrupted = false;
        keepInterrupt();
        try {
            RuntimeException unsettled = settle();
            return unsettled != null ? unsettled : write(offsets);
        } finally {
            keepInterrupt();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** An interrupt would break what comes next. It is given back in the end, to whoever set it. */
    private void keepInterrupt() {
        interrupted |= Thread.interrupted();
    }

    /** Ends what the last request left open. Returns why that cannot be done, or null. */
    private @Nullable RuntimeException settle() {
        if (ended != null) {
            return ended;
        }
        if (aborting) {
            RuntimeException failure = abort(new TimeoutException("the abort of a transaction was not answered"));
            return aborting || ended != null ? failure : null;
        }
        return doubtful == null ? null : end(doubtful);
    }

    private @Nullable RuntimeException write(Map<org.apache.kafka.common.TopicPartition, OffsetAndMetadata> offsets) {
        Producer<byte[], byte[]> current = current();
        Open open = new Open(new ArrayList<>(), new FirstFailure());
        try {
            current.beginTransaction();
            offsets.forEach((key, offset) -> {
                PartitionOutputs place = transactions.held().place(new TopicPartition(key.topic(), key.partition()));
                if (place != null) {
                    Map<Long, List<Output>> outputs = place.below(offset.offset());
                    open.sent.add(new Sent(place, outputs));
                    outputs.forEach(
                            (from, each) -> each.forEach(output -> send(current, open, output, key + "@" + from)));
                }
            });
            current.sendOffsetsToTransaction(offsets, group.get());
        } catch (RuntimeException e) {
            return abort(open.failure.orElse(e));
        }
        return end(open);
    }

    /**
     * Sends an output, unless one was refused: then nothing of the transaction counts, and where brokers are silent and
     * the client's memory is full each further one would be waited for as long as the first.
     */
    private void send(Producer<byte[], byte[]> current, Open open, Output output, String from) {
        open.failure.throwIfAny();
        current.send(output.record(), (stored, thrown) -> note(open, thrown, output, from));
    }

    /** The producer's own thread, or this one. */
    private void note(Open open, @Nullable Exception thrown, Output output, String from) {
        // what an abort drops was not refused itself
        if (thrown == null || thrown instanceof TransactionAbortedException || !open.failure.isFirst(thrown)) {
            return;
        }
        String name = thrown.getClass().getName();
        if (CommitFailure.isOfSomeRecord(thrown)
                && refusals.isDue(output.record().topic(), name, System.nanoTime())) {
            log.atWarn()
                    .addKeyValue("topic", output.record().topic())
                    .addKeyValue("error", name)
                    .log(
                            "An output of {} for the topic {} was refused with {}; its transaction is aborted and tried again",
                            from,
                            output.record().topic(),
                            name);
        }
    }

    /** Commits the transaction, or commits it again. */
    private @Nullable RuntimeException end(Open open) {
        try {
            current().commitTransaction();
        } catch (TimeoutException | InterruptException e) {
            keepInterrupt();
            doubtful = open;
            return new TransactionUnsettledException("it is not known yet whether a transaction was committed", e);
        } catch (RuntimeException e) {
            doubtful = null;
            return abort(open.failure.orElse(e));
        }
        doubtful = null;
        open.sent.forEach(each -> each.place().forget(each.outputs()));
        return null;
    }

    private RuntimeException abort(RuntimeException cause) {
        keepInterrupt();
        try {
            current().abortTransaction();
            aborting = false;
            RuntimeException telling = CommitFailure.telling(cause);
            return telling != null ? telling : new TransactionUnsettledException("a transaction was aborted", cause);
        } catch (TimeoutException | InterruptException e) {
            keepInterrupt();
            aborting = true;
            return new TransactionUnsettledException("the abort of a transaction was not answered", e);
        } catch (RuntimeException e) {
            aborting = false;
            e.addSuppressed(cause);
            ended = ended(e);
            log.atError().addKeyValue("error", e.getClass().getName()).log("{}", ended.getMessage());
            return ended;
        }
    }

    private TransactionsEndedException ended(RuntimeException e) {
        String why;
        if (SourceFailures.find(e, ProducerFencedException.class) != null) {
            why = " was fenced: another one with this id has started,"
                    + " or a transaction was open for longer than transaction.timeout.ms";
        } else if (SourceFailures.find(e, InvalidTxnStateException.class) != null) { // so a fence amid a commit is told
            why = " cannot make transactions any more: the brokers have none open for it (InvalidTxnStateException);"
                    + " perhaps another one with this id has started,"
                    + " or a transaction was open for longer than transaction.timeout.ms";
        } else {
            Throwable cause = e.getCause() == null ? e : e.getCause(); // the client wraps what its state comes from
            why = " cannot make transactions any more: " + cause.getClass().getName();
        }
        return new TransactionsEndedException(
                "the producer with transactional.id " + transactions.transactionalId() + why, e);
    }

    private Producer<byte[], byte[]> current() {
        Producer<byte[], byte[]> current = producer;
        if (current == null) {
            throw new IllegalStateException("not open");
        }
        return current;
    }

    /** Waits for what the client is about to do, then ends it; an open transaction is aborted by the client. */
    void close(Duration timeout) {
        Producer<byte[], byte[]> current = producer;
        if (current == null) {
            return;
        }
        producer = null;
        ended = new TransactionsEndedException("the producer is closed", new IllegalStateException("closed"));
        boolean interrupted = Thread.interrupted(); // an interrupt would cut the waiting short
        try {
            current.close(timeout);
        } catch (RuntimeException e) {
            log.atWarn()
                    .addKeyValue("error", e.getClass().getName())
                    .log(
                            "Closing the producer of the transactions failed: {}",
                            e.getClass().getName());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** A transaction that has begun. */
    private record Open(List<Sent> sent, FirstFailure failure) {}

    /** Outputs of one partition that are in a transaction. */
    private record Sent(PartitionOutputs place, Map<Long, List<Output>> outputs) {}

    /** Why the first record was refused: what the client throws later does not always tell. */
    private static final class FirstFailure {
        private @Nullable Exception first; // guarded by this: the producer's own thread writes it

        synchronized boolean isFirst(Exception thrown) {
            if (first != null) {
                return false;
            }
            first = thrown;
            return true;
        }

        synchronized void throwIfAny() {
            if (first != null) {
                throw first instanceof RuntimeException refused ? refused : new KafkaException(first);
            }
        }

        synchronized RuntimeException orElse(RuntimeException thrown) {
            return first instanceof RuntimeException refused ? refused : thrown;
        }
    }
}
