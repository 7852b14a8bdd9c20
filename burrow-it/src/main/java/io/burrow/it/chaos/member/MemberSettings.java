package io.burrow.it.chaos.member;

import java.nio.file.Path;
import java.util.List;

/**
 * What the members of a group have in common.
 *
 * @param bootstrapServers where they find brokers
 * @param topic what they read
 * @param deadLetterTopic where they send exhausted records
 * @param group their group
 * @param mode how it shares partitions out
 * @param seed decides which attempts fail
 * @param directory where they write their histories
 */
public record MemberSettings(
        String bootstrapServers,
        String topic,
        String deadLetterTopic,
        String group,
        RebalanceMode mode,
        long seed,
        Path directory) {

    /**
     * As words of a command line.
     *
     * @return to be read by {@link #parse}
     */
    public List<String> arguments() {
        return List.of(
                bootstrapServers,
                topic,
                deadLetterTopic,
                group,
                mode.name(),
                Long.toString(seed),
                directory.toString());
    }

    static MemberSettings parse(String[] words) {
        return new MemberSettings(
                words[0],
                words[1],
                words[2],
                words[3],
                RebalanceMode.valueOf(words[4]),
                Long.parseLong(words[5]),
                Path.of(words[6]));
    }
}
