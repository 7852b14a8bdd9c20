package io.burrow.kafka;

import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.RetriableCommitFailedException;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.FencedMemberEpochException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.IllegalGenerationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidGroupIdException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.OffsetMetadataTooLarge;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.StaleMemberEpochException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/**
 * What a failed commit means. The client reports one failure for a whole request: its handler stops at the first
 * partition that failed, although others of the same request may be stored.
 */
enum CommitFailure {
    /** Not stored now, or not known whether; the group's state or the network is the reason, not a partition. */
    PASSING,
    /**
     * No answer in time. A topic that was deleted ends like this too: the client tries it again until the time is over.
     */
    NO_ANSWER,
    /** The group does not know this member, or not at this epoch. */
    MEMBERSHIP,
    /** Some partition of the request is refused; which one shows when they are committed apart. */
    SOME_PARTITION,
    /** Some topic of the request is not known to the brokers, now or for ever. */
    SOME_TOPIC,
    /** The whole member is refused, and would be again. */
    REFUSED,
    /** Another member has this one's static id, or another producer its transactional id. */
    FENCED;

    static CommitFailure of(Throwable thrown) {
        if (thrown instanceof RetriableCommitFailedException && thrown.getCause() != null) {
            return of(thrown.getCause());
        }
        if (thrown instanceof FencedInstanceIdException || thrown instanceof TransactionsEndedException) {
            return FENCED;
        }
        if (thrown instanceof CommitFailedException
                || thrown instanceof StaleMemberEpochException
                || thrown instanceof FencedMemberEpochException
                || thrown instanceof UnknownMemberIdException
                || thrown instanceof IllegalGenerationException) {
            return MEMBERSHIP;
        }
        if (thrown instanceof UnknownTopicOrPartitionException || thrown instanceof UnknownTopicIdException) {
            return SOME_TOPIC;
        }
        if (thrown instanceof TimeoutException) {
            return NO_ANSWER;
        }
        if (thrown instanceof RebalanceInProgressException
                || thrown instanceof RetriableException
                || thrown instanceof RetriableCommitFailedException
                || thrown instanceof WakeupException
                || thrown instanceof InterruptException) {
            return PASSING;
        }
        if (thrown instanceof GroupAuthorizationException
                || thrown instanceof AuthenticationException
                || thrown instanceof InvalidGroupIdException) {
            return REFUSED;
        }
        // metadata too large, no right to a topic, and "unexpected error": a request too large for the broker among
        // others
        return SOME_PARTITION;
    }

    /**
     * Finds among the causes of an aborted transaction the one that says what to do. Null means to try again: in a
     * transaction what is not known to be the fault of some record or partition is nobody's.
     */
    static @Nullable RuntimeException telling(Throwable thrown) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (t instanceof RuntimeException failure && (of(t) != SOME_PARTITION || isOfSomeRecord(t))) {
                return failure;
            }
        }
        return null;
    }

    /** Whether a record cannot be stored as it is, however often it is sent. */
    static boolean isOfSomeRecord(Throwable thrown) {
        return thrown instanceof RecordTooLargeException
                || thrown instanceof RecordBatchTooLargeException
                || thrown instanceof InvalidRecordException
                || thrown instanceof TopicAuthorizationException
                || thrown instanceof InvalidTopicException
                || thrown instanceof OffsetMetadataTooLarge;
    }
}
