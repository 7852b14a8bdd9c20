package io.burrow.it.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.it.bench.arm.ArmKind;
import io.burrow.it.bench.arm.Consumption.Threads;
import java.util.List;
import org.junit.jupiter.api.Test;

class CasesTest {

    @Test
    void names_areDifferent() {
        assertThat(BenchSettings.names(false))
                .doesNotHaveDuplicates()
                .contains("noop-unordered", "half-load", "ledger");
        assertThat(BenchSettings.names(false)).containsAll(BenchSettings.names(true));
    }

    @Test
    void quick_hasTheNoOpRowsBesideOthers_andTheSleepingRowsOfBurrow() {
        assertThat(Cases.quick())
                .extracting(BenchCase::name)
                .containsExactly(
                        "noop-unordered",
                        "noop-10k-keys",
                        "noop-one-key",
                        "sleep-100x50ms",
                        "sleep-5000x50ms",
                        "sleep-1000x5ms",
                        "sleep-1000x5ms-platform");
        assertThat(Cases.quick())
                .allSatisfy(each -> assertThat(each.arms())
                        .isEqualTo(
                                each.name().startsWith("noop")
                                        ? List.of(ArmKind.BARE, ArmKind.BURROW, ArmKind.PARALLEL)
                                        : List.of(ArmKind.BURROW)));
    }

    @Test
    void rounds_areTwoIfQuick_elseThree_unlessTold() {
        assertThat(BenchSettings.of(true, null, null, null, null).rounds()).isEqualTo(2);
        assertThat(BenchSettings.of(false, null, null, null, null).rounds()).isEqualTo(3);
        assertThat(BenchSettings.of(true, null, 7, null, null).rounds()).isEqualTo(7);
    }

    @Test
    void oneCase_isMeasuredAlone() {
        BenchSettings settings = BenchSettings.of(false, "noop-zipf", null, null, null);

        assertThat(settings.cases()).extracting(BenchCase::name).containsExactly("noop-zipf");
        assertThat(settings.ledger()).isFalse();
    }

    @Test
    void ledgerAlone_needsNoCase() {
        BenchSettings settings = BenchSettings.of(true, "ledger", null, null, null);

        assertThat(settings.cases()).isEmpty();
        assertThat(settings.ledger()).isTrue();
    }

    @Test
    void unknownCase_isRefused_withTheNamesThereAre() {
        assertThatThrownBy(() -> BenchSettings.of(true, "half-load", null, null, null))
                .isInstanceOf(BenchException.class)
                .hasMessageContaining("half-load")
                .hasMessageContaining("noop-one-key");
    }

    @Test
    void records_areCut_neverAdded() {
        assertThat(BenchSettings.of(false, null, null, 100_000L, null).cases())
                .filteredOn(each -> each.data().perSecond() == 0)
                .allSatisfy(each -> {
                    assertThat(each.data().records()).isBetween(60_000L, 100_000L);
                    assertThat(each.isCut()).isEqualTo(!each.name().equals(Cases.SLEEP_100));
                });
    }

    @Test
    void records_writtenAtARate_areNotCut() {
        BenchCase halfLoad = Samples.benchCase(Cases.HALF_LOAD);

        assertThat(halfLoad.atMost(1_000)).isEqualTo(halfLoad);
    }

    @Test
    void before21_whatNeedsVirtualThreads_isLeftOut() {
        assertThat(Cases.all())
                .filteredOn(each -> !Cases.runsOn(each, 17))
                .isNotEmpty()
                .allMatch(each -> each.consumption().threads() == Threads.VIRTUAL);
        assertThat(Cases.all()).allMatch(each -> Cases.runsOn(each, 21));
        BenchCase all = Samples.benchCase(Cases.UNORDERED);
        assertThat(Cases.armsOn(all, 21)).containsExactly(ArmKind.values());
        assertThat(Cases.armsOn(all, 17)).doesNotContain(ArmKind.VIRTUAL).hasSize(ArmKind.values().length - 1);
    }
}
