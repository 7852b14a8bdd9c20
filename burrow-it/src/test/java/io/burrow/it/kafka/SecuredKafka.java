package io.burrow.it.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * A broker that lets nobody do anything without a right, over TLS and SCRAM; the tests themselves use its plain
 * listener, as those who may do all.
 */
final class SecuredKafka implements AutoCloseable {
    private static final String STORE_PASSWORD = "store-s3cret";

    private final EmbeddedKafka kafka;
    private final String certificate;

    /** Starts it; the keys are made in a directory. */
    static SecuredKafka start(Path directory) throws Exception {
        Path store = directory.resolve("broker.p12");
        keytool(
                "-genkeypair",
                "-alias",
                "broker",
                "-keyalg",
                "EC",
                "-dname",
                "CN=broker",
                "-validity",
                "2",
                "-ext",
                "SAN=IP:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                STORE_PASSWORD);
        Path certificate = directory.resolve("broker.pem");
        keytool(
                "-exportcert",
                "-rfc",
                "-alias",
                "broker",
                "-keystore",
                store.toString(),
                "-storepass",
                STORE_PASSWORD,
                "-file",
                certificate.toString());
        EmbeddedKafka kafka = EmbeddedKafka.builder()
                .secureListener()
                .property("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
                .property("super.users", "User:ANONYMOUS")
                .property("ssl.keystore.location", store.toString())
                .property("ssl.keystore.type", "PKCS12")
                .property("ssl.keystore.password", STORE_PASSWORD)
                .property("listener.name.secure.sasl.enabled.mechanisms", "SCRAM-SHA-256")
                .property(
                        "listener.name.secure.scram-sha-256.sasl.jaas.config",
                        "org.apache.kafka.common.security.scram.ScramLoginModule required;")
                .start();
        return new SecuredKafka(kafka, Files.readString(certificate, UTF_8));
    }

    private SecuredKafka(EmbeddedKafka kafka, String certificate) {
        this.kafka = kafka;
        this.certificate = certificate;
    }

    private static void keytool(String... arguments) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        Collections.addAll(line, arguments);
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException("keytool: " + said);
        }
    }

    EmbeddedKafka kafka() {
        return kafka;
    }

    /** Makes a user, and returns when the broker knows it. */
    void createUser(String name, String password) throws Exception {
        kafka.admin()
                .alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                        name, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096), password)))
                .all()
                .get();
        Await.until(
                "user " + name,
                Scene.LIMIT,
                () -> kafka.admin().describeUserScramCredentials().users().get().contains(name));
    }

    /** Gives a right, and returns when the broker knows it. */
    void allow(String user, AclOperation operation, ResourceType type, String name) throws Exception {
        AclBinding binding = new AclBinding(
                new ResourcePattern(type, name, PatternType.LITERAL),
                new AccessControlEntry("User:" + user, "*", operation, AclPermissionType.ALLOW));
        kafka.admin().createAcls(List.of(binding)).all().get();
        Await.until(
                "the right",
                Scene.LIMIT,
                () -> kafka.admin()
                        .describeAcls(new AclBindingFilter(
                                binding.pattern().toFilter(), binding.entry().toFilter()))
                        .values()
                        .get()
                        .contains(binding));
    }

    /** What a client needs to come in. */
    Map<String, Object> clientProperties(String user, String password) {
        return Map.of(
                "bootstrap.servers",
                kafka.secureServers(),
                "security.protocol",
                "SASL_SSL",
                "sasl.mechanism",
                "SCRAM-SHA-256",
                "sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + user + "\" password=\""
                        + password + "\";",
                "ssl.truststore.type",
                "PEM",
                "ssl.truststore.certificates",
                certificate);
    }

    @Override
    public void close() {
        kafka.close();
    }
}
