package io.burrow.kafka;

import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.OffsetCommitter;
import io.burrow.api.spi.PartitionListener;
import io.burrow.api.spi.RecordReceiver;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An opened source: the consumer and all that goes with it. Loop thread only, but for {@link #wakeup()}. */
final class KafkaSession<K, V> {
    private static final Logger log = LoggerFactory.getLogger(KafkaSession.class);

    /** How long a poll may spend on finding out positions that were not known in time. */
    private static final Duration LEAST_PATIENCE = Duration.ofMillis(100);

    private static final Duration MOST_PATIENCE = Duration.ofMillis(500);

    private final SourceSettings settings;
    private final Consumer<byte[], byte[]> consumer;
    private final Wakeups wakeups;
    private final StartPositions starts;
    private final Assignment assignment;
    private final PollTime pollTime;
    private final AutoCommitWatch watch;
    private final CommitSession commits;
    private final @Nullable OutputTransactions transactions;
    private final KafkaCommitter committer;
    private final Delivery<K, V> delivery;
    private final TopicWatch topics;
    private final LimitedLog limitedLog;
    private final LogEnds ends;
    private boolean closed;

    KafkaSession(SourceSettings settings, RecordDecoder<K, V> decoder, PartitionListener listener) {
        this.settings = settings;
        this.consumer = make(settings);
        this.wakeups = new Wakeups(consumer);
        this.starts = new StartPositions(consumer, wakeups, settings.offsetReset());
        KafkaTransactions<?, ?> given = settings.transactions();
        PartitionListener told = given == null ? listener : new HeldOutputsListener(given.held(), listener);
        this.pollTime = new PollTime(settings.maxPollInterval(), settings.nanoClock());
        this.assignment = new Assignment(
                consumer, told, wakeups, starts, pollTime, settings.lookUpTimeout(), settings.nanoClock());
        this.watch = new AutoCommitWatch(consumer, settings.nanoClock());
        this.commits = new CommitSession(consumer, assignment, wakeups, watch, pollTime, settings);
        this.transactions = given == null ? null : new OutputTransactions(given, consumer::groupMetadata);
        this.committer = transactions == null
                ? KafkaCommitter.of(commits, settings.metadataLimit())
                : KafkaCommitter.of(commits, transactions);
        this.topics = new TopicWatch(settings.questions(), settings.topicCheckInterval(), settings.nanoClock());
        this.delivery = new Delivery<>(
                consumer,
                assignment,
                told,
                given == null ? decoder : TransactionalDecoder.of(decoder, given.held()),
                settings.dueTimes(),
                pollTime,
                wakeups,
                topics::questions,
                settings.nanoClock());
        this.limitedLog = new LimitedLog(log, settings.nanoClock());
        this.ends = new LogEnds(consumer, wakeups, settings.nanoClock());
    }

    private static Consumer<byte[], byte[]> make(SourceSettings settings) {
        Consumer<byte[], byte[]> made;
        try {
            made = settings.consumer().get();
        } catch (RuntimeException e) {
            throw SourceFailures.making(e, settings.servers());
        }
        if (made == null) {
            throw new BurrowException(ErrorCode.PART_MISSING, "the supplier of the consumer returned null");
        }
        return made;
    }

    void subscribe() {
        if (transactions != null) {
            // first: while a transaction is open, nobody is told the offsets that may be in it
            transactions.open(Deadline.in(settings.openTimeout(), settings.nanoClock()));
        }
        new OpeningCheck(consumer, wakeups, starts, topics, settings).run();
        try {
            settings.subscription().subscribe(consumer, assignment);
        } catch (RuntimeException e) {
            throw SourceFailures.opening(e, settings.servers(), "subscribing");
        }
    }

    long endOffset(TopicPartition partition) {
        HeldPartition held = assignment.get(Assignment.key(partition));
        return held == null ? -1 : ends.of(held);
    }

    OffsetCommitter committer() {
        return committer;
    }

    void poll(Duration timeout, RecordReceiver<K, V> receiver) {
        ConsumerRecords<byte[], byte[]> records = fetch(delivery.deliverDue(timeout, receiver));
        assignment.throwRemembered();
        if (!committer.isUnderWay()) {
            watch.check();
        }
        delivery.deliver(records, receiver);
        lookAtTopics();
        if (records.isEmpty()) {
            checkPositions(receiver);
        }
    }

    private ConsumerRecords<byte[], byte[]> fetch(Duration timeout) {
        try {
            holdBackIfFull();
            boolean asked =
                    assignment.announceRest(Durations.max(LEAST_PATIENCE, Durations.min(MOST_PATIENCE, timeout)));
            pollTime.polling();
            // a poll that waits may leave no time to ask before the one after it either, again and again
            Duration wait = wakeups.beginWait() || !asked ? Duration.ZERO : timeout;
            try {
                return consumer.poll(wait);
            } finally {
                wakeups.endWait();
                pollTime.polled(wait);
            }
        } catch (WakeupException e) {
            wakeups.delivered();
        } catch (RuntimeException e) {
            if (SourceFailures.passes(e)) {
                limitedLog.warn("A poll failed in a way that passes", e);
            } else {
                failed(e);
            }
        }
        return ConsumerRecords.empty();
    }

    /** What cannot be read is passed by if that is wanted; all else ends the source. */
    private void failed(RuntimeException thrown) {
        Damage damage;
        try {
            damage = Damage.of(thrown, consumer);
        } catch (KafkaException e) {
            if (!SourceFailures.passes(e)) {
                throw SourceFailures.translate(e);
            }
            limitedLog.warn("A poll failed in a way that passes", e); // where it is: the next poll throws it again
            return;
        }
        if (damage == null) {
            throw SourceFailures.translate(thrown);
        }
        if (settings.onCorruptRecords() == CorruptRecordsAction.HALT) {
            throw SourceFailures.damaged(damage, thrown);
        }
        assignment.passBy(damage);
    }

    /** A topic that was made anew is read from its beginning. */
    private void lookAtTopics() {
        List<HeldPartition> other = topics.look(assignment);
        if (other.isEmpty()) {
            return;
        }
        if (settings.offsetReset().none()) {
            throw SourceFailures.madeAnew(other);
        }
        try {
            delivery.beginAnew(other);
        } catch (KafkaException e) {
            throw SourceFailures.translate(e);
        }
    }

    /** While too many outputs are held nothing more is fetched: it would only add to them. */
    private void holdBackIfFull() {
        KafkaTransactions<?, ?> given = settings.transactions();
        if (given == null) {
            return;
        }
        boolean full = given.held().isFull();
        if (assignment.holdBack(full)) {
            log.debug(
                    "{}: {} outputs of {} bytes are held",
                    full ? "Nothing is fetched" : "Fetching goes on",
                    given.heldRecords(),
                    given.heldBytes());
        }
    }

    private void checkPositions(RecordReceiver<K, V> receiver) {
        try {
            delivery.checkPositions(receiver);
        } catch (KafkaException e) {
            throw SourceFailures.translate(e);
        }
    }

    void pause(Collection<TopicPartition> partitions) {
        try {
            assignment.pause(partitions);
        } catch (RuntimeException e) {
            throw SourceFailures.translate(e);
        }
    }

    void resume(Collection<TopicPartition> partitions) {
        try {
            assignment.resume(partitions);
        } catch (RuntimeException e) {
            throw SourceFailures.translate(e);
        }
    }

    /** Any thread. */
    void wakeup() {
        wakeups.wakeup();
    }

    void close(Duration timeout) {
        if (closed) {
            return;
        }
        closed = true;
        Deadline deadline = Deadline.in(timeout, settings.nanoClock());
        boolean interrupted = Thread.interrupted(); // an interrupt would break off the leaving of the group
        try {
            closeConsumer(deadline);
        } catch (RuntimeException e) {
            log.atWarn()
                    .addKeyValue("error", e.getClass().getName())
                    .log("Closing the consumer failed: {}", e.getClass().getName());
        } finally {
            wakeups.close();
            topics.close();
            commits.closed();
            committer.abandon();
            assignment.abandon();
            if (transactions != null) {
                transactions.close(deadline.left());
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        try {
            assignment.throwRemembered();
        } catch (RuntimeException e) {
            log.atWarn()
                    .addKeyValue("error", e.getClass().getName())
                    .log(
                            "A callback failed while the consumer was closed: {}",
                            e.getClass().getName());
        }
    }

    private void closeConsumer(Deadline deadline) {
        try {
            consumer.close(options(deadline));
        } catch (WakeupException | InterruptException e) {
            Thread.interrupted();
            consumer.close(options(deadline)); // the blow is taken; does nothing if the client got through all the same
        }
    }

    private CloseOptions options(Deadline deadline) {
        return CloseOptions.timeout(deadline.left()).withGroupMembershipOperation(settings.membership());
    }
}
