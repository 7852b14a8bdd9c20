package io.burrow.api;

/** The kinds of error that Burrow itself reports, each with what to do about it. The names are stable. */
public enum ErrorCode {
    /** A setting is out of range, missing, or does not fit another. */
    CONFIG_INVALID("correct the settings named; nothing has been started"),
    /** A setting that cannot change while running was changed. */
    CONFIG_NOT_CHANGEABLE("close this Burrow and build a new one with the setting"),
    /** A port to listen on is taken or not allowed. */
    PORT_UNAVAILABLE("choose another port, or end what uses it"),
    /** A required part was not given to the builder or bound in Guice. */
    PART_MISSING("give the builder, or bind, the part named"),
    /** {@code start} was called a second time. */
    ALREADY_STARTED("start once; build a new Burrow to start again"),
    /** The call needs a Burrow that was started. */
    NOT_STARTED("call start first"),
    /** The Burrow was closed. */
    CLOSED("build a new Burrow; a closed one cannot be used again"),
    /** The runtime has no virtual threads. */
    VIRTUAL_THREADS_MISSING("run on Java 21 or later, or choose AUTO or PLATFORM worker threads"),
    /** The consumer commits by itself, which would commit records that are not finished. */
    AUTO_COMMIT_ON("set enable.auto.commit=false or leave it out; Burrow commits"),
    /** A topic does not exist, or is not visible to this client. */
    TOPIC_MISSING("create the topic, correct its name, or allow this client to describe it"),
    /** No broker answered. */
    BROKER_UNREACHABLE("check bootstrap.servers, the network, and that the broker is up"),
    /** The transport refused this client's credentials or rights. */
    NOT_AUTHORIZED("give the client the rights named"),
    /** The client library is older than the oldest that works. */
    CLIENT_TOO_OLD("use the version named, or a later one"),
    /** The source failed in a way that is not known to pass. */
    SOURCE_FAILED("see the cause; restart once it is mended: nothing unfinished was committed"),
    /** The source broke its contract, for instance by offsets that go backwards. */
    SOURCE_CONTRACT("mend the source; nothing unfinished was committed"),
    /** Another member took this one's identity, or the commit can never succeed. */
    COMMIT_FENCED("check that no other process uses the same static member id or transactional id"),
    /** A commit failed and will be tried again. */
    COMMIT_FAILED("watch the commit failures; a lasting one means a broker or rights problem"),
    /** A backoff strategy threw, or returned null or a negative delay. */
    BACKOFF_INVALID("mend the BackoffStrategy named; the default backoff was used for this attempt"),
    /** A retry policy threw or returned null. */
    RETRY_POLICY_INVALID("mend the RetryPolicy named; the record was treated as exhausted"),
    /** A listener threw. */
    LISTENER_FAILED("mend the BurrowListener named; it was called on"),
    /** A handler broke its contract, for instance by returning null instead of a stage. */
    HANDLER_CONTRACT("mend the handler; the attempt counted as failed"),
    /** A dead letter could not be sent. */
    DEAD_LETTER_FAILED("check the dead-letter sink; the record stays unfinished and sending is tried again"),
    /** The sink will never take a dead letter, and was told to halt then. */
    DEAD_LETTER_REFUSED("change what refuses the dead letter, as the message says, and start again"),
    /** A failed record was to be dead-lettered and there is no sink. */
    DEAD_LETTER_SINK_MISSING("set a dead-letter sink, or choose PARK, SKIP or HALT"),
    /** The budget of dead letters is used up. */
    DEAD_LETTER_BUDGET("find what fails so many records; raise deadLetterBudget only if that is meant"),
    /** So many attempts failed that the breaker opened. */
    BREAKER_OPEN("find what fails the handlers; probes are let through after breakerPause"),
    /** A record is handled for longer than {@link BurrowConfig#stuckAfter()}, by the class named, if it is known. */
    RECORD_STUCK("look at what the handler waits for; give it a time limit of its own"),
    /** What was kept with a committed offset could not be read. */
    SNAPSHOT_UNREADABLE("nothing needs to be done: what it held is delivered again"),
    /** A limiter of the concurrency threw. */
    LIMITER_FAILED("mend the ConcurrencyLimit named; the concurrency was left as it was"),
    /** A sizer threw or returned a negative size. */
    SIZER_INVALID("mend the Sizer named; the record counted as empty"),
    /** Too many records in a row were exhausted. */
    ERROR_THRESHOLD("find what fails every record; raise or switch off the threshold only if that is meant"),
    /** A record was exhausted and the policy says halt. */
    RECORD_HALTED("mend the cause and restart; the record is delivered again"),
    /** A handler met an error of the virtual machine. */
    FATAL_ERROR("see the cause; restart the process"),
    /** The loop does not answer: it waits in something of the user's. */
    LOOP_BLOCKED("end what keeps the loop: the listener, source, committer, sizer or limiter named must not block"),
    /** The calling thread was interrupted while it waited for an answer. */
    INTERRUPTED("call again from a thread that is not interrupted"),
    /** Burrow itself is wrong. */
    INTERNAL("please report this with the stack trace");

    private final String action;

    ErrorCode(String action) {
        this.action = action;
    }

    /**
     * What to do about it.
     *
     * @return one sentence, without a full stop
     */
    public String action() {
        return action;
    }
}
