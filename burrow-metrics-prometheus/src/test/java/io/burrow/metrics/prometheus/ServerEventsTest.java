package io.burrow.metrics.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.burrow.api.BlockedReason;
import io.burrow.api.BurrowState;
import io.burrow.api.ExhaustedAction;
import io.burrow.api.Inspection.Gap;
import io.burrow.api.Inspection.Part;
import io.burrow.api.PartitionStats;
import io.burrow.api.TopicPartition;
import io.burrow.api.WaitingRecord;
import io.burrow.api.WaitingRecord.WaitsFor;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.Burrow;
import io.burrow.core.testing.InMemoryBroker;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What the page is sent while somebody looks. */
class ServerEventsTest extends ServerRig {
    private static final int VIEWERS = 16;

    @Test
    void events_tellWhatThePageDraws() throws Exception {
        TopicPartition partition = new TopicPartition("orders", 0);
        shop.partitions.put(
                partition,
                new PartitionStats(
                        partition, 40, 40, 60, 3, 4, 1, 0, Duration.ofSeconds(9), BlockedReason.HELD_BY_RETRY));
        shop.gaps.add(new Gap(
                partition, List.of(new Part(40, 2, 0), new Part(43, 2, 1), new Part(50, 2, 2), new Part(58, 1, 1))));
        shop.waiting.add(new WaitingRecord(
                partition, 45, WaitsFor.RETRY, 2, Duration.ofSeconds(3), Duration.ofSeconds(1), "java.io.IOException"));
        server.show(shop);

        try (Viewer viewer = new Viewer()) {
            JsonNode first = viewer.next();
            assertThat(first.get("everyMillis").asLong())
                    .as("when the next are due")
                    .isEqualTo(50);
            JsonNode row = first.at("/burrows/0/partitions/0");
            assertThat(row.get("how").asText()).isEqualTo("blocked");
            assertThat(row.get("blocked").asText()).isEqualTo("held_by_retry");
            assertThat(row.get("advice").asText()).isEqualTo(Advice.on(BlockedReason.HELD_BY_RETRY));
            assertThat(row.get("strip").asText()).isEqualTo("0599");
            JsonNode waiting = first.at("/burrows/0/waiting/0");
            assertThat(waiting.get("offset").asLong()).isEqualTo(45);
            assertThat(waiting.get("part").asInt()).isEqualTo(1);
            assertThat(waiting.get("errorClass").asText()).isEqualTo("java.io.IOException");
            assertThat(waiting.get("dueInMillis").asLong()).isEqualTo(1_000);

            shop.state = BurrowState.PAUSED;
            Eventually.until(
                    "the news",
                    () -> viewer.next().at("/burrows/0/state").asText().equals("paused"));
        }
    }

    @Test
    void moreRowsThanAnybodyReads_areCut_andThoseThatAreHeldUpStay() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            TopicPartition partition = new TopicPartition("orders", i);
            BlockedReason reason = i == 999 ? BlockedReason.HELD_BY_STUCK : BlockedReason.NONE;
            shop.partitions.put(
                    partition, new PartitionStats(partition, 0, 0, 1, 1, 0, 0, 0, Duration.ofSeconds(1), reason));
        }
        server.show(shop);
        try (Viewer viewer = new Viewer()) {
            JsonNode burrow = viewer.next().at("/burrows/0");
            assertThat(burrow.get("partitionCount").asInt()).isEqualTo(1_000);
            assertThat(burrow.get("partitions")).hasSize(PageJson.MOST_PARTITIONS);
            assertThat(burrow.at("/partitions/199/partition").asInt()).isEqualTo(999);
            assertThat(burrow.at("/partitions/0/partition").asInt()).isZero();
        }
    }

    private static PartitionStats held(int partition, BlockedReason reason, int seconds, int retrying, int parked) {
        return new PartitionStats(
                new TopicPartition("orders", partition),
                40,
                40,
                100,
                60,
                0,
                retrying,
                parked,
                Duration.ofSeconds(seconds),
                reason,
                140);
    }

    private void holds(int partition, BlockedReason reason, int seconds) {
        PartitionStats stats = held(partition, reason, seconds, 0, 0);
        shop.partitions.put(stats.partition(), stats);
    }

    /** Records of a partition that wait, the first of which holds its commit point. */
    private void waits(int partition, BlockedReason reason, WaitsFor waitsFor, int records) {
        boolean isParked = waitsFor == WaitsFor.OPERATOR;
        PartitionStats stats = held(partition, reason, 1, isParked ? 0 : records, isParked ? records : 0);
        shop.partitions.put(stats.partition(), stats);
        for (int i = 0; i < records; i++) {
            shop.waiting.add(new WaitingRecord(
                    stats.partition(),
                    40 + i,
                    waitsFor,
                    2,
                    Duration.ofSeconds(1),
                    Duration.ZERO,
                    "java.io.IOException"));
        }
    }

    private static List<Integer> partitions(JsonNode rows) {
        List<Integer> all = new ArrayList<>();
        rows.forEach(row -> all.add(row.get("partition").asInt()));
        return all;
    }

    @Test
    void recordThatHoldsThePartition_isSentOfEach_beforeMoreOfAny() throws Exception {
        for (int i = 0; i < 15; i++) {
            waits(i, i % 2 == 0 ? BlockedReason.NONE : BlockedReason.HELD_BY_RETRY, WaitsFor.RETRY, 20);
        }
        server.show(shop);
        try (Viewer viewer = new Viewer()) {
            JsonNode burrow = viewer.next().at("/burrows/0");
            List<Integer> heads = new ArrayList<>();
            int[] sent = new int[15];
            for (JsonNode record : burrow.get("waiting")) {
                int partition = record.get("partition").asInt();
                assertThat(record.get("offset").asLong())
                        .as("in order of offsets within orders-" + partition)
                        .isEqualTo(40 + sent[partition]++);
                if (record.get("offset").asLong() == 40) {
                    heads.add(partition);
                }
            }
            assertThat(heads).hasSize(15).doesNotHaveDuplicates();
            assertThat(burrow.get("waiting")).hasSize(PageJson.MOST_WAITING);
            assertThat(sent).as("as many of each").containsOnly(13, 14);
            assertThat(burrow.get("partitions"))
                    .hasSize(15)
                    .allMatch(row -> row.get("trouble").asText().equals("retrying"));
            assertThat(burrow.at("/totals/heldUp").asInt()).isEqualTo(15);
        }
    }

    @Test
    void ofMoreRowsThanAreShown_theWorstAre_thoughOthersOfThemMove() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            holds(i, i < 300 ? BlockedReason.RECORDS_FULL : BlockedReason.NONE, 60); // busy, and well
        }
        for (int i = 400; i < 650; i++) {
            waits(i, BlockedReason.NONE, WaitsFor.RETRY, 1);
        }
        waits(900, BlockedReason.NONE, WaitsFor.OPERATOR, 1);
        holds(910, BlockedReason.HELD_BY_STUCK, 1);
        holds(920, BlockedReason.SPAN_FULL, 1);
        waits(930, BlockedReason.PARTITION_RECORDS_FULL, WaitsFor.DEAD_LETTER, 31); // more than half of what is held
        server.show(shop);
        try (Viewer viewer = new Viewer()) {
            JsonNode burrow = viewer.next().at("/burrows/0");
            assertThat(partitions(burrow.get("partitions")))
                    .hasSize(PageJson.MOST_PARTITIONS)
                    .isSorted()
                    .contains(900, 910, 920, 930)
                    .allMatch(partition -> partition >= 400);
            assertThat(partitions(burrow.get("waiting"))).contains(900, 930).hasSize(200);
            assertThat(burrow.at("/totals/heldUp").asInt()).as("of all").isEqualTo(254);
        }
    }

    @Test
    void ofRowsThatAreWell_thoseHeldLongestAreShown_thenThoseFarthestBehind() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            holds(i, BlockedReason.NONE, 1);
        }
        holds(800, BlockedReason.NONE, 100);
        TopicPartition behind = new TopicPartition("orders", 700);
        shop.partitions.put(
                behind,
                new PartitionStats(
                        behind, 40, 40, 100, 60, 0, 0, 0, Duration.ofSeconds(1), BlockedReason.NONE, 100_040));
        server.show(shop);
        try (Viewer viewer = new Viewer()) {
            List<Integer> shown = partitions(viewer.next().at("/burrows/0/partitions"));
            assertThat(shown).hasSize(200).startsWith(0, 1).endsWith(197, 700, 800);
        }
    }

    @Test
    void totals_areThoseOfAllPartitions_alsoOfThoseThatAreNotShown() throws Exception {
        for (int i = 0; i < 250; i++) {
            waits(i, BlockedReason.NONE, WaitsFor.OPERATOR, 1);
        }
        holds(999, BlockedReason.NONE, 777);
        server.show(shop);
        try (Viewer viewer = new Viewer()) {
            JsonNode burrow = viewer.next().at("/burrows/0");
            assertThat(partitions(burrow.get("partitions"))).doesNotContain(999);
            JsonNode totals = burrow.get("totals");
            assertThat(totals.get("lag").asLong()).isEqualTo(251 * 100);
            assertThat(totals.get("oldest").asText()).isEqualTo("orders-999@40");
            assertThat(totals.get("oldestAgeMillis").asLong()).isEqualTo(777_000);
        }
    }

    @Test
    void totals_ofABurrowThatHoldsNothing_sayThatNothingIsKnown() throws Exception {
        server.show(shop);
        try (Viewer viewer = new Viewer()) {
            JsonNode totals = viewer.next().at("/burrows/0/totals");
            assertThat(totals.get("lag").asLong()).isEqualTo(-1);
            assertThat(totals.get("oldest").isNull()).isTrue();
            assertThat(totals.get("heldUp").asInt()).isZero();
        }
    }

    @Test
    void asManyListen_asMay_andAPlaceIsFreeWhenOneIsGone() throws Exception {
        server.show(shop);
        List<Viewer> viewers = new ArrayList<>();
        try {
            for (int i = 0; i < VIEWERS; i++) {
                viewers.add(new Viewer());
            }
            HttpResponse<String> refused = get("/events");
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).hasValue("5");
            assertThat(get("/stats").statusCode()).as("others are answered").isEqualTo(200);
            for (Viewer viewer : viewers) {
                viewer.next();
            }

            viewers.remove(0).close();
            Eventually.until("a free place", () -> server.viewers() < VIEWERS);
            viewers.add(new Viewer());
        } finally {
            for (Viewer viewer : viewers) {
                viewer.close();
            }
        }
    }

    private void muchToSend() {
        for (int i = 0; i < 200; i++) { // much to send, so that buffers fill
            TopicPartition partition = new TopicPartition("orders", i);
            shop.partitions.put(
                    partition,
                    new PartitionStats(
                            partition, 0, 0, 1, 1, 0, 0, 0, Duration.ofSeconds(1), BlockedReason.HELD_BY_STUCK));
            shop.gaps.add(new Gap(partition, Collections.nCopies(200, new Part(0, 1, 0))));
        }
    }

    /** Listens, and never reads. */
    private Socket deaf() throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(2_048);
        socket.connect(new InetSocketAddress("127.0.0.1", server.port()));
        socket.getOutputStream()
                .write("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    @Test
    void allPlacesTakenByThoseThatDoNotRead_areFreeAgain() throws Exception {
        muchToSend();
        server.show(shop);
        List<Socket> deaf = new ArrayList<>();
        try {
            for (int i = 0; i < VIEWERS; i++) {
                deaf.add(deaf());
            }
            Eventually.until("all to listen", () -> server.viewers() == VIEWERS);
            assertThat(get("/health/live").statusCode()).isEqualTo(200);
            Eventually.until("all to be dropped", () -> server.viewers() == 0);
            try (Viewer viewer = new Viewer()) {
                assertThat(viewer.next().at("/burrows/0/partitions")).hasSize(200);
            }
        } finally {
            for (Socket each : deaf) {
                each.close();
            }
        }
    }

    @Test
    void listenerThatDoesNotRead_isDropped_andTheOthersGoOn() throws Exception {
        muchToSend();
        server.show(shop);
        try (Socket slow = deaf();
                Viewer other = new Viewer()) {
            assertThat(slow.isConnected()).isTrue();
            Eventually.until("both to listen", () -> server.viewers() == 2);
            Eventually.until("the slow one to be dropped", () -> {
                other.next();
                return server.viewers() == 1;
            });
            assertThat(other.next().at("/burrows/0/partitions")).hasSize(200);
        }
    }

    @Test
    void whileNobodyLooks_nothingIsAsked() throws Exception {
        server.show(shop);
        try (Viewer viewer = new Viewer()) {
            viewer.next();
        }
        Eventually.until("nobody to look", () -> server.viewers() == 0);
        int asked = shop.inspections.get();
        assertThat(get("/metrics").statusCode()).isEqualTo(200);
        assertThat(get("/").statusCode()).isEqualTo(200);
        assertThat(shop.inspections.get()).isEqualTo(asked);
    }

    // ---- a real one ----

    @Test
    void realBurrow_isShownFromItsGapToItsHalt_withoutItsContents() throws Exception {
        InMemoryBroker broker = new InMemoryBroker().createTopic("orders", 2);
        CountDownLatch held = new CountDownLatch(1);
        try (Burrow<String, String> burrow = Burrow.<String, String>builder()
                .source(broker.source("shop", List.of("orders")))
                .config(c -> c.name("real").retryPolicy(RetryPolicy.never()).onExhausted(ExhaustedAction.HALT))
                .listener(server)
                .handler(message -> {
                    if (message.offset() == 3) {
                        held.await();
                        throw new IllegalStateException("canary-message");
                    }
                })
                .build()) {
            for (int i = 0; i < 20; i++) {
                broker.produce("orders", 0, "canary-key-" + i, "canary-value-" + i);
            }
            burrow.start();
            try (Viewer viewer = new Viewer()) {
                Eventually.until(
                        "the gap",
                        () -> viewer.next()
                                .at("/burrows/0/partitions/0/strip")
                                .asText()
                                .equals("09999999999999999"));
                JsonNode flowing = viewer.next().at("/burrows/0");
                assertThat(flowing.get("name").asText()).isEqualTo("real");
                assertThat(flowing.at("/partitions/0/commitPoint").asLong()).isEqualTo(3);
                assertThat(flowing.at("/partitions/0/strip").asText()).isEqualTo("09999999999999999");

                held.countDown();
                Eventually.until(
                        "the halt",
                        () -> viewer.next().at("/burrows/0/state").asText().equals("failed"));
                JsonNode halted = viewer.next();
                assertThat(halted.at("/burrows/0/health/cause/code").asText()).isEqualTo("RECORD_HALTED");
                assertThat(halted.at("/burrows/0/waiting/0/offset").asLong()).isEqualTo(3);
                assertThat(halted.at("/burrows/0/waiting/0/errorClass").asText())
                        .isEqualTo("java.lang.IllegalStateException");
                assertThat(halted.toString()).doesNotContain("canary");
            }
            assertThat(json("/health/live", 503).toString()).doesNotContain("canary");
        }
    }
}
