package io.burrow.core.stage;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.Message;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.spi.MDCAdapter;

/** A handler that is called with its group and partition in the diagnostic context of its thread. */
final class InMdc<K, V> implements AsyncMessageHandler<K, V> {
    private final MDCAdapter mdc;
    private final String group;
    private final AsyncMessageHandler<K, V> next;

    InMdc(MDCAdapter mdc, String group, AsyncMessageHandler<K, V> next) {
        this.mdc = mdc;
        this.group = group;
        this.next = next;
    }

    @Override
    public CompletionStage<?> handle(Message<K, V> message) throws Exception {
        String groupBefore = get(Stages.MDC_GROUP);
        String partitionBefore = get(Stages.MDC_PARTITION);
        set(Stages.MDC_GROUP, group);
        set(Stages.MDC_PARTITION, message.topicPartition().toString());
        try {
            return next.handle(message);
        } finally {
            set(Stages.MDC_GROUP, groupBefore);
            set(Stages.MDC_PARTITION, partitionBefore);
        }
    }

    private @Nullable String get(String key) {
        try {
            return mdc.get(key);
        } catch (RuntimeException e) { // a log's fault must not fail the record
            return null;
        }
    }

    private void set(String key, @Nullable String value) {
        try {
            if (value == null) {
                mdc.remove(key);
            } else {
                mdc.put(key, value);
            }
        } catch (RuntimeException e) {
            // likewise
        }
    }
}
