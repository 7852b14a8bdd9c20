package io.burrow.it.bench;

import io.burrow.it.broker.BrokerProcess;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;

/** A broker in its own process, and the topics of the cases on it. One thread. */
final class BenchBroker implements AutoCloseable {

    private final BrokerProcess broker = BrokerProcess.builder()
            .jvmOptions("-Xms1g", "-Xmx1g", "-XX:+UseG1GC")
            // topics of a gigabyte come and go
            .property("log.segment.delete.delay.ms", "1000")
            .start();

    private int topics;
    private int groups;

    String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** A group that nobody was in; a share group, if it is one, starts at the beginning of a topic. */
    String newGroup() {
        String group = "bench-" + ++groups;
        await(broker.admin()
                .incrementalAlterConfigs(Map.of(
                        new ConfigResource(ConfigResource.Type.GROUP, group),
                        List.of(new AlterConfigOp(new ConfigEntry("share.auto.offset.reset", "earliest"), OpType.SET))))
                .all());
        return group;
    }

    /** A topic with records, or one that is written from now on. */
    Topic newTopic(Data data) {
        String name = "bench-" + ++topics;
        broker.createTopic(name, data.partitions());
        Topic topic = new Topic(name);
        if (data.perSecond() == 0) {
            topic.write(data);
        } else {
            topic.writing = CompletableFuture.runAsync(() -> topic.write(data), task -> {
                Thread writer = new Thread(task, "bench-writer");
                writer.setDaemon(true);
                writer.start();
            });
        }
        return topic;
    }

    @Override
    public void close() {
        broker.close();
    }

    private static void await(KafkaFuture<?> future) {
        try {
            future.get();
        } catch (ExecutionException failure) {
            throw new BenchException("the broker refused: " + failure.getCause().getMessage(), failure);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", interrupt);
        }
    }

    /** A topic of a case, deleted at the end. */
    final class Topic implements AutoCloseable {
        private final String name;
        private final AtomicBoolean over = new AtomicBoolean();
        private CompletableFuture<Void> writing = CompletableFuture.completedFuture(null);

        private Topic(String name) {
            this.name = name;
        }

        String name() {
            return name;
        }

        private void write(Data data) {
            if (data.perSecond() > 0) { // a steady rate, not a burst every few milliseconds
                broker.client().produceOneByOne(name, data.records(name, over::get));
            } else {
                broker.produce(name, data.records(name, over::get));
            }
        }

        @Override
        public void close() {
            over.set(true);
            try {
                writing.join();
            } finally {
                await(broker.admin().deleteTopics(List.of(name)).all());
            }
        }
    }
}
