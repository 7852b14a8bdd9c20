package io.burrow.it.demo;

import io.burrow.it.broker.BrokerClient;
import io.burrow.it.broker.EmbeddedKafka;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.DeleteConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DeleteTopicsOptions;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Where the demo runs: a broker in this process, or an existing cluster. On the latter every topic and group has a name
 * of its own and is deleted when this is closed, or when the process is told to end.
 */
final class DemoCluster implements AutoCloseable {

    private static final int REACH_MILLIS = 5_000;
    private static final int DELETE_MILLIS = 10_000;
    private static final int EXIT_SECONDS = 20;

    private final @Nullable EmbeddedKafka broker;
    private final String bootstrapServers;
    private final BrokerClient client;
    private final @Nullable Thread atExit;
    private final String prefix = "burrow-demo-"
            + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    private final List<String> topics = new ArrayList<>();
    private final List<String> groups = new ArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private boolean deleted;

    private DemoCluster(@Nullable EmbeddedKafka broker, String bootstrapServers, BrokerClient client) {
        this.broker = broker;
        this.bootstrapServers = bootstrapServers;
        this.client = client;
        if (broker == null) {
            Thread demo = Thread.currentThread();
            atExit = new Thread(() -> endDemo(demo), "demo-exit");
            Runtime.getRuntime().addShutdownHook(atExit);
        } else {
            atExit = null; // its data goes with it
        }
    }

    /** Starts a broker in this process. */
    static DemoCluster embedded() {
        EmbeddedKafka broker = EmbeddedKafka.start();
        return new DemoCluster(broker, broker.bootstrapServers(), broker.client());
    }

    /**
     * Connects to a cluster.
     *
     * @throws DemoException if it cannot be reached
     */
    static DemoCluster at(String bootstrapServers) {
        BrokerClient client;
        try {
            client = new BrokerClient(bootstrapServers);
        } catch (KafkaException refused) {
            throw new DemoException(
                    "cannot connect to " + bootstrapServers + ": "
                            + innermost(refused).getMessage(),
                    refused);
        }
        try {
            DescribeClusterOptions options = new DescribeClusterOptions().timeoutMs(REACH_MILLIS);
            client.admin().describeCluster(options).nodes().get(REACH_MILLIS + 5_000L, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException unreachable) {
            client.close();
            throw new DemoException(
                    "no broker answered at " + bootstrapServers + " within " + REACH_MILLIS / 1_000
                            + " s; check the address, the network, and that the broker is up",
                    unreachable);
        } catch (InterruptedException interrupt) {
            client.close();
            Thread.currentThread().interrupt();
            throw new DemoException("interrupted", interrupt);
        }
        return new DemoCluster(null, bootstrapServers, client);
    }

    String bootstrapServers() {
        return bootstrapServers;
    }

    /** Creates a topic whose name is that of no other run. */
    synchronized String createTopic(String purpose, int partitions) {
        String topic = prefix + "-" + purpose;
        topics.add(topic);
        try {
            client.createTopic(topic, partitions);
        } catch (KafkaException refused) {
            throw new DemoException(
                    "cannot create the topic " + topic + " at " + bootstrapServers + ": " + refused.getMessage(),
                    refused);
        }
        return topic;
    }

    /** The name of a group, that of no other run. */
    synchronized String newGroup(String purpose) {
        String group = prefix + "-" + purpose;
        groups.add(group);
        return group;
    }

    void produce(String topic, Iterable<ProducerRecord<byte[], byte[]>> records) {
        try {
            DemoProducer.produce(bootstrapServers, records);
        } catch (KafkaException failure) {
            throw new DemoException(
                    "cannot write to the topic " + topic + " at " + bootstrapServers + ": " + innermost(failure),
                    failure);
        }
    }

    /** The offset that a group has committed, by the number of the partition; those without a commit are left out. */
    Map<Integer, Long> committed(String group, String topic) {
        return client.committed(group).entrySet().stream()
                .filter(entry -> entry.getKey().topic().equals(topic))
                .collect(Collectors.toMap(
                        entry -> entry.getKey().partition(),
                        entry -> entry.getValue().offset()));
    }

    /** The offset after the last record, by the number of the partition. */
    Map<Integer, Long> ends(String topic) {
        return client.endOffsets(topic).entrySet().stream()
                .collect(Collectors.toMap(entry -> entry.getKey().partition(), Map.Entry::getValue));
    }

    List<TopicPartition> partitions(String topic) {
        return List.copyOf(client.endOffsets(topic).keySet());
    }

    @Override
    public void close() {
        boolean interrupted = Thread.interrupted(); // an interrupt would cut the deletion short
        try {
            if (broker != null) {
                broker.close();
            } else {
                deleteAll();
            }
        } finally {
            closed.countDown();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        if (atExit != null) {
            try {
                Runtime.getRuntime().removeShutdownHook(atExit);
            } catch (IllegalStateException exiting) {
                // it waits for nothing any more
            }
        }
    }

    /** Has the demo's own thread end its part and close this, in that order. */
    private void endDemo(Thread demo) {
        demo.interrupt();
        try {
            if (!closed.await(EXIT_SECONDS, TimeUnit.SECONDS)) {
                deleteAll();
            }
        } catch (InterruptedException giveUp) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void deleteAll() {
        if (deleted) {
            return;
        }
        deleted = true;
        // A member that was killed is in its group until its session ends; a group that never came to be is no trouble.
        for (String group : groups) {
            attempt(client.admin()
                    .removeMembersFromConsumerGroup(group, everyMember())
                    .all());
        }
        attempt(client.admin()
                .deleteConsumerGroups(groups, new DeleteConsumerGroupsOptions().timeoutMs(DELETE_MILLIS))
                .all());
        client.admin()
                .deleteTopics(topics, new DeleteTopicsOptions().timeoutMs(DELETE_MILLIS))
                .topicNameValues()
                .forEach((topic, deletion) -> {
                    if (!attempt(deletion)) {
                        System.err.println("burrow: could not delete the topic " + topic + "; please delete it");
                    }
                });
        client.close();
    }

    private static RemoveMembersFromConsumerGroupOptions everyMember() {
        return new RemoveMembersFromConsumerGroupOptions().timeoutMs(DELETE_MILLIS);
    }

    private static boolean attempt(KafkaFuture<?> deletion) {
        try {
            deletion.get(DELETE_MILLIS + 1_000L, TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException failure) {
            return failure.getCause() instanceof UnknownTopicOrPartitionException;
        } catch (TimeoutException failure) {
            return false;
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Throwable innermost(Throwable thrown) {
        Throwable innermost = thrown;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        return innermost;
    }
}
