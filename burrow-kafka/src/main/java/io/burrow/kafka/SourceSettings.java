package io.burrow.kafka;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a source needs to know, checked.
 *
 * @param consumer makes the consumer
 * @param servers where the brokers are, to be shown to people
 * @param classic whether the group's protocol is known to be the classic one
 * @param subscription what to read
 * @param dueTimes when records of retry topics are due
 * @param openTimeout how long to wait for the brokers when opening
 * @param maxPollInterval the consumer's own
 * @param membership whether closing leaves the group
 * @param offsetReset where reading begins when nothing is committed
 * @param onCorruptRecords what becomes of records that cannot be read
 * @param questions makes what asks the brokers without waiting, or null if nothing can
 * @param topicCheckInterval how often it asks which topic has a name; zero for never, and then it is not made
 * @param metadataLimit the brokers' {@code offset.metadata.max.bytes}, which counts characters
 * @param transactions what makes commits together with outputs, or null
 * @param nanoClock readings of a clock that never goes back
 */
record SourceSettings(
        Supplier<? extends Consumer<byte[], byte[]>> consumer,
        String servers,
        boolean classic,
        Subscription subscription,
        DueTimes dueTimes,
        Duration openTimeout,
        Duration maxPollInterval,
        GroupMembershipOperation membership,
        OffsetReset offsetReset,
        CorruptRecordsAction onCorruptRecords,
        @Nullable Supplier<BrokerQuestions> questions,
        Duration topicCheckInterval,
        int metadataLimit,
        @Nullable KafkaTransactions<?, ?> transactions,
        LongSupplier nanoClock) {

    /**
     * How long a rebalance callback may take to find out positions: far less than the poll interval, which runs
     * meanwhile.
     */
    Duration lookUpTimeout() {
        return Durations.min(Duration.ofSeconds(10), maxPollInterval.dividedBy(4));
    }
}
