package io.burrow.it.chaos;

import io.burrow.it.broker.BrokerCluster;
import io.burrow.it.broker.TcpProxy;
import io.burrow.it.chaos.check.Evidence.Deletion;
import io.burrow.it.chaos.history.HistoryWriter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Does what is planned, each fault on a thread of its own, and heals it. What cannot be done, because everything that
 * it could be done to is taken by another fault, is left out and told.
 */
final class FaultInjector {

    private static final int MOST_PARTITIONS = 16;
    private static final int SLOW_RECORDS = 3;
    private static final int MOST_EXTRA_MEMBERS = 3;
    private static final int NEARLY_ALL_PERCENT = 90;
    private static final Duration DELAY = Duration.ofMillis(150);

    private final BrokerCluster cluster;
    private final Group group;
    private final Consumers consumers;
    private final Load load;
    private final Trace trace;
    private final List<ReentrantLock> brokerLocks = new ArrayList<>();
    private final List<ReentrantLock> proxyLocks = new ArrayList<>();
    private final ReentrantLock topicLock = new ReentrantLock();
    private final ReentrantLock deadLetterLock = new ReentrantLock();
    private final ConcurrentLinkedQueue<Deletion> deletions = new ConcurrentLinkedQueue<>();
    private final Map<FaultKind, Integer> injected = new EnumMap<>(FaultKind.class);
    private final AtomicLong memberChanges = new AtomicLong();

    FaultInjector(BrokerCluster cluster, Group group, Consumers consumers, Load load, Trace trace) {
        this.cluster = cluster;
        this.group = group;
        this.consumers = consumers;
        this.load = load;
        this.trace = trace;
        for (int id = 1; id <= cluster.size(); id++) {
            brokerLocks.add(new ReentrantLock());
            proxyLocks.add(new ReentrantLock());
        }
    }

    /** Does a round and returns when everything is healed. */
    void run(List<Fault> round) {
        long startNanos = System.nanoTime();
        ExecutorService threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "fault");
            thread.setDaemon(true);
            return thread;
        });
        try {
            List<Future<?>> running = new ArrayList<>();
            for (Fault fault : round) {
                long untilNanos = TimeUnit.MILLISECONDS.toNanos(fault.atMillis()) - (System.nanoTime() - startNanos);
                rest(untilNanos / 1_000_000);
                running.add(threads.submit(() -> inject(fault)));
            }
            for (Future<?> each : running) {
                each.get();
            }
        } catch (ExecutionException failure) {
            throw new ChaosException("a fault could not be healed: " + failure.getCause(), failure.getCause());
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new ChaosException("interrupted", interrupt);
        } finally {
            threads.shutdownNow();
        }
    }

    /** How often each kind was done so far. */
    synchronized Map<FaultKind, Integer> injected() {
        return new EnumMap<>(injected);
    }

    /** How many members joined or left in the storms so far. */
    long memberChanges() {
        return memberChanges.get();
    }

    /** What was deleted so far. */
    List<Deletion> deletions() {
        return List.copyOf(deletions);
    }

    private void inject(Fault fault) {
        switch (fault.kind()) {
            case CONSUMER_KILL -> killConsumer(fault);
            case CONSUMER_FREEZE -> freezeConsumer(fault);
            case JOINS_AND_LEAVES -> joinAndLeave(fault);
            case BROKER_KILL -> onBroker(fault, fault.target(), id -> killBroker(fault, id, true));
            case BROKER_FREEZE -> onBroker(fault, fault.target(), id -> freezeBroker(fault, id));
            case CONNECTIONS_CUT -> onProxy(fault, TcpProxy::cut);
            case CONNECTIONS_SLOW -> onProxy(fault, proxy -> proxy.delay(DELAY));
            case ANSWERS_HELD -> onProxy(fault, TcpProxy::holdAnswers);
            case CONNECTIONS_HELD -> onProxy(fault, TcpProxy::holdAll);
            case COORDINATOR_MOVE -> moveCoordinator(fault);
            case SLOW_HANDLERS -> slowHandlers(fault);
            case PARTITION_ADDED -> addPartition(fault);
            case RECORDS_DELETED -> deleteRecords(fault);
            case TRANSACTIONS_ABORTED -> abortTransactions(fault);
            case DEAD_LETTERS_VANISH -> loseDeadLetters(fault);
        }
    }

    private void killConsumer(Fault fault) {
        orLeftOut(fault, consumers.withSlot(fault.target(), slot -> {
            begin(fault, "consumer " + slot.number());
            slot.process().kill();
            rest(fault.millis());
            slot.replace();
        }));
    }

    private void freezeConsumer(Fault fault) {
        orLeftOut(fault, consumers.withSlot(fault.target(), slot -> {
            if (!slot.process().isAlive()) {
                leftOut(fault);
                return;
            }
            begin(fault, "consumer " + slot.number());
            slot.process().freeze();
            rest(fault.millis());
            slot.process().thaw();
        }));
    }

    private record Extra(MemberProcess process, String name) {}

    private void joinAndLeave(Fault fault) {
        begin(fault, "");
        Random random = new Random(fault.variant());
        Deque<Extra> extras = new ArrayDeque<>();
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(fault.millis());
        while (System.nanoTime() < deadline) {
            boolean leave = extras.size() == MOST_EXTRA_MEMBERS || !extras.isEmpty() && random.nextBoolean();
            memberChanges.incrementAndGet();
            if (leave) {
                leave(extras.removeFirst());
            } else {
                Extra extra = new Extra(consumers.process(random.nextInt(1_000)), consumers.newName());
                extra.process().join(extra.name());
                extras.addLast(extra);
            }
            rest(100 + random.nextInt(1_900));
        }
        memberChanges.addAndGet(extras.size());
        extras.forEach(FaultInjector::leave);
    }

    private static void leave(Extra extra) {
        extra.process().leave(extra.name());
    }

    private void killBroker(Fault fault, int id, boolean hard) {
        begin(fault, "broker " + id + (hard ? "" : ", in order"));
        if (hard) {
            cluster.broker(id).kill();
        } else {
            cluster.broker(id).terminate();
        }
        rest(fault.millis());
        cluster.broker(id).restart();
    }

    private void freezeBroker(Fault fault, int id) {
        begin(fault, "broker " + id);
        cluster.broker(id).pause();
        rest(fault.millis());
        cluster.broker(id).resume();
    }

    private void moveCoordinator(Fault fault) {
        int id;
        try {
            id = group.coordinator();
        } catch (KafkaException | ChaosException unknown) {
            leftOut(fault);
            return;
        }
        ReentrantLock lock = brokerLocks.get(id - 1);
        if (!lock.tryLock()) {
            leftOut(fault);
            return;
        }
        try {
            killBroker(fault, id, fault.variant() % 2 == 0);
        } finally {
            lock.unlock();
        }
    }

    private void slowHandlers(Fault fault) {
        MemberProcess process = consumers.process(fault.target());
        begin(fault, "");
        process.slow(fault.millis(), SLOW_RECORDS);
        rest(fault.millis());
        process.slow(0, 0);
    }

    private void addPartition(Fault fault) {
        if (!topicLock.tryLock()) {
            leftOut(fault);
            return;
        }
        try {
            if (load.partitions() >= MOST_PARTITIONS) {
                leftOut(fault);
                return;
            }
            begin(fault, "");
            load.partitions(group.addPartition());
        } catch (KafkaException | ChaosException failure) {
            trace.say("fault " + fault.number() + " was refused: " + failure.getMessage());
        } finally {
            topicLock.unlock();
        }
    }

    /** In half of the cases up to a point that the group has not reached. */
    private void deleteRecords(Fault fault) {
        Random random = new Random(fault.variant());
        int partition = fault.target() % load.partitions();
        try {
            long committed = group.committed().getOrDefault(partition, 0L);
            long from = random.nextBoolean() ? committed : group.beginning(partition);
            long to = from == committed ? group.readableEnd(partition) : committed;
            if (to <= from) {
                leftOut(fault);
                return;
            }
            long below = from + 1 + (long) (random.nextDouble() * (to - from - 1));
            begin(fault, "partition " + partition + " below " + below + ", committed " + committed);
            deletions.add(new Deletion(HistoryWriter.now(), partition, below));
            group.deleteRecords(partition, below);
        } catch (KafkaException | ChaosException failure) {
            trace.say("fault " + fault.number() + " was refused: " + failure.getMessage());
        }
    }

    private void abortTransactions(Fault fault) {
        begin(fault, "");
        load.abort(NEARLY_ALL_PERCENT);
        rest(fault.millis());
        load.abortAsUsual();
    }

    private void loseDeadLetters(Fault fault) {
        if (!deadLetterLock.tryLock()) {
            leftOut(fault);
            return;
        }
        @Nullable Uuid deleted = null;
        try {
            begin(fault, "");
            Uuid id = group.deadLetterTopicId();
            group.deleteDeadLetterTopic();
            deleted = id;
            rest(fault.millis());
        } catch (KafkaException | ChaosException failure) {
            trace.say("fault " + fault.number() + " was refused: " + failure.getMessage());
        } finally {
            try {
                group.createDeadLetterTopic(deleted);
            } finally {
                deadLetterLock.unlock();
            }
        }
    }

    private void onBroker(Fault fault, int target, IntConsumer action) {
        for (int i = 0; i < cluster.size(); i++) {
            int index = (target + i) % cluster.size();
            if (brokerLocks.get(index).tryLock()) {
                try {
                    action.accept(index + 1);
                    return;
                } finally {
                    brokerLocks.get(index).unlock();
                }
            }
        }
        leftOut(fault);
    }

    private void onProxy(Fault fault, java.util.function.Consumer<TcpProxy> spoil) {
        for (int i = 0; i < cluster.size(); i++) {
            int index = (fault.target() + i) % cluster.size();
            if (proxyLocks.get(index).tryLock()) {
                try {
                    begin(fault, "broker " + (index + 1));
                    spoil.accept(cluster.proxy(index + 1));
                    rest(fault.millis());
                    cluster.proxy(index + 1).pass();
                    return;
                } finally {
                    proxyLocks.get(index).unlock();
                }
            }
        }
        leftOut(fault);
    }

    private void begin(Fault fault, String target) {
        synchronized (this) {
            injected.merge(fault.kind(), 1, Integer::sum);
        }
        trace.say("fault " + fault.number() + ": " + fault.kind().text()
                + (target.isEmpty() ? "" : ", " + target)
                + (fault.millis() == 0 ? "" : ", for " + fault.millis() + " ms"));
    }

    private void orLeftOut(Fault fault, boolean done) {
        if (!done) {
            leftOut(fault);
        }
    }

    private void leftOut(Fault fault) {
        trace.say("fault " + fault.number() + ": " + fault.kind().text() + ", left out");
    }

    private static void rest(long millis) {
        if (millis > 0) {
            try {
                TimeUnit.MILLISECONDS.sleep(millis);
            } catch (InterruptedException interrupt) {
                Thread.currentThread().interrupt();
                throw new ChaosException("interrupted", interrupt);
            }
        }
    }
}
