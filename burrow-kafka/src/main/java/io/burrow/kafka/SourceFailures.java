package io.burrow.kafka;

import io.burrow.api.BurrowException;
import io.burrow.api.ConfigException;
import io.burrow.api.ConfigProblem;
import io.burrow.api.ErrorCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnreleasedInstanceIdException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/** Says in Burrow's words what the client threw. */
final class SourceFailures {
    private static final int NAMED_AT_MOST = 10;

    /** The client names the setting that it refuses in one of two ways, next to its value, which must not be shown. */
    private static final Pattern SETTING = Pattern.compile("configuration \"?([a-zA-Z0-9._-]+)\"?|given in ([a-z.]+)");

    private SourceFailures() {}

    /** Whether the next call may well succeed, so that there is nothing to stop for. */
    static boolean passes(Throwable thrown) {
        return find(thrown, CorruptRecordException.class) == null
                && find(thrown, InvalidOffsetException.class) == null
                && (thrown instanceof RetriableException || thrown instanceof WakeupException);
    }

    /** What a call that was to go on fetching failed with. */
    static BurrowException translate(Throwable thrown) {
        if (thrown instanceof BurrowException already) {
            return already;
        }
        BurrowException rights = rights(thrown);
        if (rights != null) {
            return rights;
        }
        InvalidOffsetException offset = find(thrown, InvalidOffsetException.class);
        if (offset != null) {
            return failed(position(offset), thrown);
        }
        if (find(thrown, CorruptRecordException.class) != null) {
            return failed(
                    "a record is damaged and would be met again at every poll; remove it, or set the group's offset beyond it: "
                            + thrown.getMessage(),
                    thrown);
        }
        if (find(thrown, InterruptException.class) != null) {
            return failed("the thread that polls was interrupted", thrown);
        }
        if (find(thrown, UnsupportedVersionException.class) != null) {
            return failed(
                    "the brokers do not support what the consumer is set to use, such as its group.protocol", thrown);
        }
        return failed("the consumer threw " + thrown.getClass().getName() + ": " + thrown.getMessage(), thrown);
    }

    /** What a fetch failed with because records cannot be read. */
    static BurrowException damaged(Damage damage, Throwable thrown) {
        return failed(
                damage + ": it would be met again at every poll; set the group's offset beyond it, or choose"
                        + " onCorruptRecords(SKIP)",
                thrown);
    }

    /** A topic is another one than that which was read. */
    static BurrowException madeAnew(List<HeldPartition> partitions) {
        return new BurrowException(
                ErrorCode.SOURCE_FAILED,
                "the topic of "
                        + names(partitions.stream().map(each -> each.key).toList())
                        + " was deleted and made anew while it was read, and auto.offset.reset=none; set the group's"
                        + " offsets");
    }

    /** What a call to find out whether the source can work failed with. */
    static BurrowException opening(Throwable thrown, String servers, String doing) {
        BurrowException rights = rights(thrown);
        if (rights != null) {
            return rights;
        }
        if (find(thrown, TimeoutException.class) != null || isUnresolved(thrown)) {
            return new BurrowException(
                    ErrorCode.BROKER_UNREACHABLE, "no answer from " + servers + " while " + doing, thrown);
        }
        InvalidTopicException topic = find(thrown, InvalidTopicException.class);
        if (topic != null) {
            return new BurrowException(
                    ErrorCode.TOPIC_MISSING, "no topic can have the name " + topic.invalidTopics(), thrown);
        }
        return translate(thrown);
    }

    /**
     * What making a client failed with. The client's own words on its configuration hold the values, so they are not
     * passed on, not as a cause either.
     */
    static BurrowException making(Throwable thrown, String servers) {
        org.apache.kafka.common.config.ConfigException config =
                find(thrown, org.apache.kafka.common.config.ConfigException.class);
        if (config != null) {
            String setting = setting(String.valueOf(config.getMessage()));
            if (setting.equals("bootstrap.servers")) {
                return new BurrowException(
                        ErrorCode.BROKER_UNREACHABLE, "no host of bootstrap.servers can be resolved: " + servers);
            }
            return new ConfigException(
                    List.of(new ConfigProblem(setting, "was refused by the Kafka client", "(not shown)")));
        }
        if (isUnresolved(thrown)) {
            return new BurrowException(
                    ErrorCode.BROKER_UNREACHABLE, "no host of bootstrap.servers can be resolved: " + servers);
        }
        BurrowException rights = rights(thrown);
        return rights != null ? rights : translate(thrown);
    }

    private static @Nullable BurrowException rights(Throwable thrown) {
        TopicAuthorizationException topics = find(thrown, TopicAuthorizationException.class);
        if (topics != null) {
            return unauthorized(
                    "Describe and Read of the topics " + new TreeSet<>(topics.unauthorizedTopics()), thrown);
        }
        GroupAuthorizationException group = find(thrown, GroupAuthorizationException.class);
        if (group != null) {
            return unauthorized("Read of the group " + group.groupId(), thrown);
        }
        if (find(thrown, AuthorizationException.class) != null) {
            return unauthorized("what the cause names", thrown);
        }
        if (find(thrown, AuthenticationException.class) != null) {
            return new BurrowException(
                    ErrorCode.NOT_AUTHORIZED, "the brokers did not accept this client's credentials", thrown);
        }
        if (find(thrown, FencedInstanceIdException.class) != null
                || find(thrown, UnreleasedInstanceIdException.class) != null) {
            return new BurrowException(
                    ErrorCode.COMMIT_FENCED, "another member of the group has this group.instance.id", thrown);
        }
        return null;
    }

    private static BurrowException unauthorized(String right, Throwable thrown) {
        return new BurrowException(ErrorCode.NOT_AUTHORIZED, "this client lacks the right to " + right, thrown);
    }

    private static BurrowException failed(String what, Throwable thrown) {
        return new BurrowException(ErrorCode.SOURCE_FAILED, what, thrown);
    }

    private static String position(InvalidOffsetException thrown) {
        String partitions = names(thrown.partitions());
        if (thrown instanceof NoOffsetForPartitionException) {
            return "no offset is committed for " + partitions
                    + " and auto.offset.reset=none; commit one, or set another auto.offset.reset";
        }
        if (thrown instanceof LogTruncationException) {
            return "the log of " + partitions
                    + " was truncated below what was read, and auto.offset.reset=none; set the group's offsets";
        }
        return "the position in " + partitions
                + " is outside of the log, and auto.offset.reset=none; set the group's offsets";
    }

    static String names(Collection<org.apache.kafka.common.TopicPartition> partitions) {
        List<String> names = new ArrayList<>(
                partitions.stream().map(String::valueOf).sorted().toList());
        int more = names.size() - NAMED_AT_MOST;
        return names.stream().limit(NAMED_AT_MOST).collect(Collectors.joining(", "))
                + (more > 0 ? " and " + more + " more" : "");
    }

    private static String setting(String message) {
        Matcher matcher = SETTING.matcher(message);
        if (!matcher.find()) {
            return "a property";
        }
        return matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
    }

    /** By name: the class is younger than the oldest client that works. */
    private static boolean isUnresolved(Throwable thrown) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (t.getClass().getSimpleName().equals("BootstrapResolutionException")) {
                return true;
            }
        }
        return false;
    }

    static <T extends Throwable> @Nullable T find(Throwable thrown, Class<T> type) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (type.isInstance(t)) {
                return type.cast(t);
            }
        }
        return null;
    }
}
