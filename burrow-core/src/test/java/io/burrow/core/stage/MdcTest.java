package io.burrow.core.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.core.testing.TestMessage;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.BasicMDCAdapter;
import org.slf4j.helpers.NOPMDCAdapter;

/** The diagnostic context in handlers. */
class MdcTest {
    private final BasicMDCAdapter mdc = new BasicMDCAdapter();
    private final Map<String, String> seen = new HashMap<>();
    private final TestMessage<String, String> message = TestMessage.<String, String>builder("key", "value")
            .at("orders", 3, 17)
            .build();

    private AsyncMessageHandler<String, String> inMdc(AsyncMessageHandler<String, String> next) {
        return new InMdc<>(mdc, "mailer", next);
    }

    private final AsyncMessageHandler<String, String> looks = each -> {
        seen.putAll(mdc.getCopyOfContextMap());
        return AsyncMessageHandler.done();
    };

    @Test
    void handler_seesGroupAndPartition_andNothingElseIsAdded() throws Exception {
        inMdc(looks).handle(message);
        assertThat(seen).isEqualTo(Map.of("burrow.group", "mailer", "burrow.partition", "orders-3"));
        assertThat(mdc.getCopyOfContextMap()).isNullOrEmpty();
    }

    @Test
    void whatWasThere_isThereAgain() throws Exception {
        mdc.put("burrow.group", "before");
        mdc.put("user", "kept");
        inMdc(looks).handle(message);
        assertThat(seen).containsEntry("burrow.group", "mailer").containsEntry("user", "kept");
        assertThat(mdc.getCopyOfContextMap()).isEqualTo(Map.of("burrow.group", "before", "user", "kept"));
    }

    @Test
    void whatWasThere_isThereAgainAfterAFailure() {
        mdc.put("burrow.partition", "before");
        IllegalStateException failure = new IllegalStateException();
        assertThatThrownBy(() -> inMdc(each -> {
                            throw failure;
                        })
                        .handle(message))
                .isSameAs(failure);
        assertThat(mdc.getCopyOfContextMap()).isEqualTo(Map.of("burrow.partition", "before"));
    }

    @Test
    void mdcThatThrows_doesNotFailTheRecord() throws Exception {
        NOPMDCAdapter broken = new NOPMDCAdapter() {
            @Override
            public String get(String key) {
                throw new IllegalStateException("test");
            }

            @Override
            public void put(String key, String value) {
                throw new IllegalStateException("test");
            }

            @Override
            public void remove(String key) {
                throw new IllegalStateException("test");
            }
        };
        assertThat((Object)
                        new InMdc<String, String>(broken, "mailer", each -> AsyncMessageHandler.done()).handle(message))
                .isSameAs(AsyncMessageHandler.done());
    }

    @Test
    void stage_worksWithWhateverMdcThereIs_andNeedsAGroup() throws Exception {
        assertThat((Object) Stages.<String, String>mdc("mailer")
                        .wrap(each -> AsyncMessageHandler.done())
                        .handle(message))
                .isSameAs(AsyncMessageHandler.done());
        assertThatNullPointerException().isThrownBy(() -> Stages.mdc(null)).withMessage("group");
    }
}
