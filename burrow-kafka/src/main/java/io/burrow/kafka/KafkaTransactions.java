package io.burrow.kafka;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.BurrowException;
import io.burrow.api.ConfigException;
import io.burrow.api.ConfigProblem;
import io.burrow.api.ErrorCode;
import io.burrow.api.Message;
import io.burrow.api.MessageHandler;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/**
 * Exactly-once produce: what concurrent handlers write to Kafka and the offsets of what they read are stored in one
 * Kafka transaction, or neither is. A reader with {@code isolation.level=read_committed} sees the outputs of each
 * record once, whatever crashes, retries and rebalances came between.
 *
 * <pre>{@code
 * KafkaTransactions<String, Receipt> transactions = KafkaTransactions.<String, Receipt>builder()
 *         .properties(Map.of("bootstrap.servers", "localhost:9092", "transactional.id", "receipts-" + hostName))
 *         .keySerializer(new StringSerializer())
 *         .valueSerializer(new ReceiptSerializer())
 *         .build();
 * KafkaSource<String, Order> source = KafkaSource.<String, Order>builder()....transactions(transactions).build();
 * Burrow.<String, Order>builder()
 *         .source(source)
 *         .handler(transactions.handler((message, outputs) ->
 *                 outputs.send(new ProducerRecord<>("receipts", message.key(), receiptFor(message.value())))))
 * }</pre>
 *
 * <p><b>When.</b> Handlers only collect. A record's outputs are held until the commit point passes it, and then go out
 * in the transaction that commits it: at Burrow's commit interval, so shorten that if readers should see outputs sooner
 * than after 5 s. Only the outputs of the attempt that ended the record as processed count; those of a record that was
 * dead-lettered, skipped or parked never do. Dead letters are sent outside of transactions.
 *
 * <p><b>How much is held.</b> {@link KafkaTransactionsBuilder#maxHeldRecords} and
 * {@link KafkaTransactionsBuilder#maxHeldBytes} bound the intake. Nothing more is fetched when what is held, together
 * with what the records in work will add if they write as much as others did lately, reaches either, until commits have
 * made half of it free. What was fetched before still runs, because the record that all others wait for is among it. So
 * more than the bound is held only where records write more than those before them, and never more than the bound and
 * what all records that Burrow has in flight ({@code maxInFlightRecords}, and one poll) may add by the bounds for one
 * message. The outputs of attempts that still run are not counted.
 *
 * <p><b>Failure.</b> A transaction that fails is aborted, and the same outputs go with the next commit. One of which
 * the outcome is not known is asked for until it is; nothing else is sent meanwhile. A producer that was fenced halts
 * Burrow with {@link ErrorCode#COMMIT_FENCED}.
 *
 * <p><b>The transactional id</b> must be another one for each process and stay the same when that process is started
 * again: what a crash left open is then ended at once. Otherwise the partitions of that process stand still until
 * {@code transaction.timeout.ms} (15 s unless it is set) is over and the brokers have looked after it.
 *
 * <p>One object serves one source, once.
 *
 * @param <K> the type of the keys written
 * @param <V> the type of the values written
 */
public final class KafkaTransactions<K, V> {
    private final TransactionProperties properties;
    private final Function<? super Map<String, Object>, ? extends Producer<byte[], byte[]>> factory;
    private final HeldOutputs held;
    private final OutputTopics topics;
    private final OutputEncoder<K, V> encoder;
    private final AtomicBoolean taken = new AtomicBoolean();

    /** Set when the source is built, before any other thread has it. */
    private volatile Duration maxPollInterval = Duration.ofMinutes(5);

    private volatile boolean handlerMade;

    KafkaTransactions(
            TransactionProperties properties,
            Function<? super Map<String, Object>, ? extends Producer<byte[], byte[]>> factory,
            HeldOutputs held,
            OutputTopics topics,
            OutputEncoder<K, V> encoder) {
        this.properties = properties;
        this.factory = factory;
        this.held = held;
        this.topics = topics;
        this.encoder = encoder;
    }

    /**
     * Begins to describe transactions.
     *
     * @param <K> the type of the keys written
     * @param <V> the type of the values written
     * @return a builder without any setting
     */
    public static <K, V> KafkaTransactionsBuilder<K, V> builder() {
        return new KafkaTransactionsBuilder<>();
    }

    /**
     * Makes a handler for a Burrow on the source that these transactions were given to. With another source every
     * attempt fails, with {@link ErrorCode#HANDLER_CONTRACT}.
     *
     * @param handler the user's work
     * @param <I> the type of the message's key
     * @param <W> the type of the message's value
     * @return a handler that calls it, with outputs
     */
    public <I, W> MessageHandler<I, W> handler(TransactionalHandler<? super I, ? super W, K, V> handler) {
        Objects.requireNonNull(handler, "handler");
        handlerMade = true;
        @SuppressWarnings("unchecked") // a message is only read
        TransactionalHandler<I, W, K, V> narrowed = (TransactionalHandler<I, W, K, V>) handler;
        return message -> {
            CollectedOutputs<K, V> outputs = begin(message);
            try {
                narrowed.handle(within(message), outputs);
                outputs.succeeded();
            } finally {
                outputs.close();
            }
        };
    }

    /**
     * The same for an asynchronous handler.
     *
     * @param handler the user's work
     * @param <I> the type of the message's key
     * @param <W> the type of the message's value
     * @return a handler that calls it, with outputs
     */
    public <I, W> AsyncMessageHandler<I, W> asyncHandler(
            AsyncTransactionalHandler<? super I, ? super W, K, V> handler) {
        Objects.requireNonNull(handler, "handler");
        handlerMade = true;
        @SuppressWarnings("unchecked") // a message is only read
        AsyncTransactionalHandler<I, W, K, V> narrowed = (AsyncTransactionalHandler<I, W, K, V>) handler;
        return message -> {
            CollectedOutputs<K, V> outputs = begin(message);
            @Nullable CompletionStage<?> stage = null;
            try {
                stage = narrowed.handle(within(message), outputs);
            } finally {
                if (stage == null) {
                    outputs.close();
                }
            }
            if (stage == AsyncMessageHandler.done()) {
                outputs.succeeded();
                outputs.close();
                return stage;
            }
            // the engine waits for the stage that follows: by then it is decided what the attempt adds
            return stage == null
                    ? stage
                    : stage.whenComplete((value, error) -> {
                        if (error == null) {
                            outputs.succeeded();
                        }
                        outputs.close();
                    });
        };
    }

    /** Begins a run of an attempt, at the record that the message belongs to. */
    private CollectedOutputs<K, V> begin(Message<?, ?> message) {
        if (message.headers() instanceof LinkedHeaders link
                && link.origin().place().all() == held) {
            link.origin().begin(link.attempt());
            return new CollectedOutputs<>(link.origin(), link.attempt(), encoder);
        }
        throw new BurrowException(
                ErrorCode.HANDLER_CONTRACT,
                "a transactional handler was given a " + message.getClass().getName()
                        + " that is not known to be of its source: give its KafkaTransactions to"
                        + " KafkaSource.builder().transactions(...), and let stages hand on the headers of a message");
    }

    /** The message as the source made it, unless a stage has put another in its place. */
    private static <I, W> Message<I, W> within(Message<I, W> message) {
        return message instanceof TransactionalMessage<I, W> ours ? ours.within() : message;
    }

    /**
     * How many outputs of finished records wait for their commit now. Any thread.
     *
     * @return the number of records
     */
    public long heldRecords() {
        return held.records();
    }

    /**
     * How large these are, keys, values, headers and what the client adds. Any thread.
     *
     * @return the number of bytes
     */
    public long heldBytes() {
        return held.bytes();
    }

    /** Says what keeps a source with such a poll interval from using this. */
    void check(Duration interval, Problems problems) {
        properties.check(interval, problems);
        problems.require(!taken.get(), "transactions", "must not be used by two sources", "used before");
    }

    /** A source uses this from now on. */
    void take(Duration interval) {
        if (!taken.compareAndSet(false, true)) {
            throw new ConfigException(
                    List.of(new ConfigProblem("transactions", "must not be used by two sources", "used before")));
        }
        maxPollInterval = interval;
    }

    Producer<byte[], byte[]> makeProducer() {
        return factory.apply(properties.complete(maxPollInterval));
    }

    /** Throws if no handler can have outputs: all would seem to work, and nothing be written. */
    void requireHandler() {
        if (!handlerMade) {
            throw new ConfigException(List.of(new ConfigProblem(
                    "transactions",
                    "must be used by a handler made with KafkaTransactions.handler or asyncHandler",
                    "none made")));
        }
    }

    void opened(Producer<byte[], byte[]> made) {
        topics.opened(made);
    }

    HeldOutputs held() {
        return held;
    }

    String servers() {
        return properties.servers();
    }

    String transactionalId() {
        return properties.transactionalId();
    }

    /** Returns the transactional id. */
    @Override
    public String toString() {
        return "KafkaTransactions of " + transactionalId();
    }
}
