package io.burrow.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.it.cli.BurrowCliRun;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code ./burrow run} where nobody may do anything without a right: what is denied is named, nothing secret is said.
 */
@Timeout(120)
class RunSecurityIT {
    private static final String PASSWORD = "user-s3cret";

    @TempDir
    static Path directory;

    private static SecuredKafka secured;

    @BeforeAll
    static void start() throws Exception {
        secured = SecuredKafka.start(directory);
        secured.createUser("runner", PASSWORD);
        secured.kafka().createTopic("open", 1);
        secured.kafka().createTopic("closed", 1);
        for (AclOperation operation : new AclOperation[] {AclOperation.READ, AclOperation.DESCRIBE}) {
            secured.allow("runner", operation, ResourceType.TOPIC, "open");
        }
        secured.allow("runner", AclOperation.READ, ResourceType.GROUP, "runners");
    }

    @AfterAll
    static void close() {
        secured.close();
    }

    @Test
    void topicDenied_isNamed() throws Exception {
        assertRefused(run("closed", "runners", PASSWORD), "Describe and Read of the topics [closed]");
    }

    @Test
    void groupDenied_isNamed() throws Exception {
        assertRefused(run("open", "others", PASSWORD), "Read of the group others");
    }

    @Test
    void wrongPassword_isTold() throws Exception {
        assertRefused(run("open", "runners", "wrong-s3cret"), "credentials");
    }

    private static void assertRefused(BurrowCliRun run, String told) {
        assertThat(run.status()).as(run.err()).isEqualTo(1);
        assertThat(run.err())
                .contains("burrow: NOT_AUTHORIZED", told, "give the client the rights named")
                .doesNotContain("s3cret", "\tat ");
    }

    private static BurrowCliRun run(String topic, String group, String password) throws Exception {
        Path file = directory.resolve("client.properties");
        Properties properties = new Properties();
        secured.clientProperties("runner", password)
                .forEach((name, value) -> properties.setProperty(name, String.valueOf(value)));
        try (Writer writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            properties.store(writer, null);
        }
        return BurrowCliRun.of(
                "run", "--properties", file.toString(), "--group", group, "--topic", topic, "--exec", "true");
    }
}
