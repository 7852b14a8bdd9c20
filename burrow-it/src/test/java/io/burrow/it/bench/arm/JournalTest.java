package io.burrow.it.bench.arm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {

    @TempDir
    Path directory;

    @Test
    void whatWasDoneBefore_countsOnceWhenItComesAgain_andTheRestIsMissingUntilItIsDone() {
        Crash crash = new Crash(directory.resolve("journal").toString(), 4, 2, 2);
        Journal before = Journal.open(crash);
        before.begins(0, 0);
        before.done(0, 0);
        before.begins(1, 0);
        before.done(1, 0);
        before.begins(1, 1); // and killed
        assertThat(before.again()).isZero();

        Journal after = Journal.open(crash.after());
        assertThat(after.doneBefore()).isEqualTo(2);
        assertThat(after.missing()).isEqualTo(2);
        after.begins(1, 0);
        after.done(1, 0);
        after.begins(1, 0);
        after.done(1, 0);
        assertThat(after.again()).isEqualTo(1);
        assertThat(after.missing()).isEqualTo(2);

        after.begins(1, 1);
        after.done(1, 1);
        after.begins(0, 1);
        after.done(0, 1);
        assertThat(after.again()).isEqualTo(1);
        assertThat(after.missing()).isZero();
        assertThat(after.begun()).isEqualTo(4);
    }
}
