package io.burrow.it.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClustersTest {
    private final List<GivenUp> givenUp = new ArrayList<>();
    private final List<String> ended = new ArrayList<>();
    private final List<String> story = new ArrayList<>();

    private record Numbered(int number, List<String> story) implements Clusters.Cluster {
        @Override
        public void close() {
            story.add("close " + number);
        }
    }

    private List<String> run(int failures) {
        int[] left = {failures};
        new Clusters(givenUp::add)
                .run(
                        List.of("eager", "cooperative"),
                        phase -> "the " + phase,
                        before -> new Numbered(before, story),
                        (cluster, phase) -> {
                            String run = phase + " on " + ((Numbered) cluster).number();
                            story.add(run);
                            if (phase.equals("cooperative") && left[0]-- > 0) {
                                throw new BrokerDefectException("out of sync", List.of());
                            }
                            ended.add(run);
                        });
        return ended;
    }

    @Test
    void phases_shareACluster() {
        assertThat(run(0)).containsExactly("eager on 0", "cooperative on 0");
        assertThat(story).containsExactly("eager on 0", "cooperative on 0", "close 0");
        assertThat(givenUp).isEmpty();
    }

    @Test
    void phaseOnBrokersThatFailed_isBegunAnewOnOthers_andTold() {
        assertThat(run(1)).containsExactly("eager on 0", "cooperative on 1");
        assertThat(story).containsExactly("eager on 0", "cooperative on 0", "close 0", "cooperative on 1", "close 1");
        assertThat(givenUp).containsExactly(new GivenUp("the cooperative", "out of sync", List.of(), true));
    }

    @Test
    void brokersThatFailAgainAndAgain_areGivenUpForGood() {
        assertThat(run(9)).containsExactly("eager on 0");
        assertThat(story).endsWith("cooperative on 2", "close 2");
        assertThat(givenUp).extracting(GivenUp::begunAnew).containsExactly(true, true, false);
    }
}
