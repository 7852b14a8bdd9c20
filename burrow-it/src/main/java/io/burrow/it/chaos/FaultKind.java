package io.burrow.it.chaos;

/** What is done to a group and its brokers. */
public enum FaultKind {
    /** {@code kill -9} of a consumer process, which comes back as another. */
    CONSUMER_KILL("kill -9 of a consumer", 500, 4_000),
    /** {@code SIGSTOP} of a consumer process, also for longer than its session. */
    CONSUMER_FREEZE("freeze of a consumer", 500, 7_000),
    /** Members that join and leave every 0.1 to 2 s. */
    JOINS_AND_LEAVES("joins and leaves", 4_000, 8_000),
    /** {@code kill -9} of a broker, which is started again. */
    BROKER_KILL("kill -9 of a broker", 100, 3_000),
    /** {@code SIGSTOP} of a broker. */
    BROKER_FREEZE("freeze of a broker", 500, 5_000),
    /** The clients' connections to a broker are cut, and refused for a while. */
    CONNECTIONS_CUT("cut of connections", 50, 3_000),
    /** What clients and a broker tell each other comes late. */
    CONNECTIONS_SLOW("slow connections", 1_000, 5_000),
    /** Requests arrive and their answers do not, then the connections are cut. */
    ANSWERS_HELD("answers held back", 500, 5_000),
    /** Neither requests nor answers arrive, and nobody is told. */
    CONNECTIONS_HELD("half-open connections", 500, 5_000),
    /** The broker that coordinates the group goes away, in order or not. */
    COORDINATOR_MOVE("move of the coordinator", 500, 4_000),
    /** Handlers that take longer than the poll interval. */
    SLOW_HANDLERS("slow handlers", 7_000, 8_500),
    /** One partition more. */
    PARTITION_ADDED("a partition more", 0, 0),
    /** Records are deleted, also such as were not handled. */
    RECORDS_DELETED("deletion of records", 0, 0),
    /** Nearly all transactions are aborted. */
    TRANSACTIONS_ABORTED("aborted transactions", 1_000, 4_000),
    /** The dead-letter topic is deleted and made again. */
    DEAD_LETTERS_VANISH("loss of the dead-letter topic", 500, 4_000);

    private final String text;
    private final int leastMillis;
    private final int mostMillis;

    FaultKind(String text, int leastMillis, int mostMillis) {
        this.text = text;
        this.leastMillis = leastMillis;
        this.mostMillis = mostMillis;
    }

    /** For the plan that is printed. */
    String text() {
        return text;
    }

    /** How long it lasts at least, in milliseconds. */
    int leastMillis() {
        return leastMillis;
    }

    /** How long it lasts at most, in milliseconds. */
    int mostMillis() {
        return mostMillis;
    }

    /** Whether it can be done to so many brokers. */
    boolean fits(int brokers) {
        return this != COORDINATOR_MOVE || brokers > 1;
    }
}
