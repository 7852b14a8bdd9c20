package io.burrow.it.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with a command line is said before anything is started, with what to do; the usage is short. */
class RunCommandTest {
    private static final String WELL = "--bootstrap-servers localhost:1 --group g --topic t ";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                WELL + "| (--exec=CMD | --http=URL",
                WELL + "--print --exec true | mutually exclusive",
                WELL + "--print --concurency 5 | Possible solutions: --concurrency",
                WELL + "--print --concurrency many | is not an int",
                WELL + "--print --concurrency 0 | --concurrency must be from 1 to 100000: 0",
                WELL + "--exec true --concurrency 10001 | --concurrency must be from 1 to 10000: 10001",
                WELL + "--print --order keys | --order must be key, partition or none: keys",
                WELL + "--print --retries -1 | --retries must not be negative: -1",
                WELL + "--print --backoff 5 | such as 500ms, 30s, 5m or 2h",
                WELL + "--print --from start | --from must be earliest or latest: start",
                WELL + "--print --timeout 5s | --timeout is for --exec and --http only",
                WELL + "--print --header A:b | --header is for --http only",
                WELL + "--print --metrics-port 65536 | --metrics-port must be from 0 to 65535: 65536",
                WELL + "--print --metrics-address 127.0.0.1 | --metrics-address needs --metrics-port",
                WELL + "--print --dead-letter-topic t | --dead-letter-topic must be another topic than --topic",
                WELL + "--print --properties no-such-file | --properties must be a readable properties file",
                WELL + "--http localhost:8080 | it must begin with http:// or https://",
                WELL + "--http http://a{b/ | --http must be a URL such as http://localhost:8080/records",
                WELL + "--http http://localhost/ --header wrong | --header must be like 'Name: value'",
                WELL
                        + "--http http://localhost/ --header Host:x | --http cannot be used: the header Host cannot be set",
                WELL + "--print extra | put quotes around what holds spaces",
                WELL + "--exec no-such-command-here | there is no command no-such-command-here; check its spelling",
                WELL + "--exec (true | /bin/sh cannot read it",
                "--bootstrap-servers localhost:1 --group g --print | Missing required option: '--topic=T'",
                "--group g --topic t --print | Missing required option: '--bootstrap-servers=H:P', or bootstrap.servers in",
                "--bootstrap-servers localhost:1 --topic t --print | Missing required option: '--group=G', or group.id in",
                "--bootstrap-servers localhost --group g --topic t --print | --bootstrap-servers must be host:port"
            })
    void wrongUsage_saysWhatToDo(String line, String told) {
        BurrowCliRun run = run(line);

        assertThat(run.status()).as(run.err()).isEqualTo(2);
        assertThat(run.err()).contains(told).contains("Usage: burrow run ").contains("./burrow run --help");
        assertThat(run.err().lines().count())
                .as("short enough to be seen whole")
                .isLessThan(16);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void passwordInTheUrl_isNotRepeated() {
        BurrowCliRun run = run(WELL + "--http http://me:s3cret@localhost/");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("--header").doesNotContain("s3cret");
    }

    @Test
    void headerWithoutItsQuotes_isNotRepeated() {
        BurrowCliRun run = run(WELL + "--http http://localhost/ --header Authorization: Bearer s3cret");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("put quotes around what holds spaces").doesNotContain("s3cret", "Bearer");
    }

    @Test
    void noBroker_saysWhereItLookedAndWhatToCheck() {
        BurrowCliRun run = run(WELL + "--print --open-timeout 500ms");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err())
                .contains("burrow: BROKER_UNREACHABLE", "localhost:1", "check bootstrap.servers")
                .doesNotContain("\tat ");
    }

    private static BurrowCliRun run(String line) {
        List<String> words = new ArrayList<>(List.of("run"));
        words.addAll(List.of(line.strip().split(" +")));
        return BurrowCliRun.of(words.toArray(String[]::new));
    }
}
