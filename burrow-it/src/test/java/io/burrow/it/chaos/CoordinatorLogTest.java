package io.burrow.it.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CoordinatorLogTest {
    private static final String LOADS_AGAIN =
            "02:13:29.324 [group-coordinator-1] ERROR CoordinatorRuntime - The state machine"
                    + " of the coordinator __consumer_offsets-3 is out of sync with the underlying log. The last written offset"
                    + " returned is 22825 while the coordinator expected 1. The coordinator will be reloaded.\n";
    private static final String CANNOT =
            "02:13:30.133 [group-coordinator-3] ERROR CoordinatorRuntime - Replaying record"
                    + " CoordinatorRecord(key=ConsumerGroupCurrentMemberAssignmentKey(groupId='chaos', memberId='m')) failed\n";

    @TempDir
    private Path directory;

    private CoordinatorLog log(String one, String other) throws IOException {
        return new CoordinatorLog(List.of(
                Files.writeString(directory.resolve("1"), one), Files.writeString(directory.resolve("2"), other)));
    }

    @Test
    void recordsThatCannotBeReplayed_afterItWasOutOfSync_areALoss() throws IOException {
        assertThat(log("started\n", LOADS_AGAIN + "\tat somewhere\n" + CANNOT).lost("chaos"))
                .isEqualTo(CANNOT.strip());
    }

    @Test
    void loadingAgain_clientsHaveToBear() throws IOException {
        assertThat(log(LOADS_AGAIN, LOADS_AGAIN).lost("chaos")).isNull();
    }

    @Test
    void lossOfAnotherGroup_orWithoutTheFirstSign_isNone() throws IOException {
        assertThat(log("", LOADS_AGAIN + CANNOT).lost("chaos-2")).isNull();
        assertThat(log("", CANNOT + LOADS_AGAIN).lost("chaos")).isNull();
    }
}
