package io.burrow.it.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.burrow.api.Message;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.Base64;
import java.util.Map;

/** What a command learns of its record from its environment. Pure. */
final class RecordEnvironment {
    /** Systems limit one variable to some 128 KiB, and all of them to little more. */
    private static final int MOST_KEY_BYTES = 32 * 1024;

    private RecordEnvironment() {}

    /**
     * Sets the variables, and removes those of them that this record does not have.
     *
     * @param environment what the command gets
     * @param message the record
     * @param charset how the JVM writes an environment: what it lacks would become question marks
     */
    static void set(Map<String, String> environment, Message<byte[], byte[]> message, Charset charset) {
        environment.put("BURROW_TOPIC", message.topic());
        environment.put("BURROW_PARTITION", Integer.toString(message.partition()));
        environment.put("BURROW_OFFSET", Long.toString(message.offset()));
        environment.put("BURROW_TIMESTAMP", Long.toString(message.timestamp()));
        environment.put("BURROW_ATTEMPT", Integer.toString(message.attempt()));
        environment.remove("BURROW_KEY");
        environment.remove("BURROW_KEY_BASE64");
        environment.remove("BURROW_TOMBSTONE");
        byte[] key = message.key();
        if (key != null && key.length <= MOST_KEY_BYTES) {
            environment.put("BURROW_KEY_BASE64", Base64.getEncoder().encodeToString(key));
            setText(environment, key, charset);
        }
        if (message.value() == null) {
            environment.put("BURROW_TOMBSTONE", "true");
        }
    }

    /** Only what arrives as it is: text without a NUL, which would end it, in characters that can be written. */
    private static void setText(Map<String, String> environment, byte[] key, Charset charset) {
        try {
            String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString();
            if (text.indexOf('\0') < 0 && charset.newEncoder().canEncode(text)) {
                environment.put("BURROW_KEY", text);
            }
        } catch (CharacterCodingException notText) {
            // its Base64 form has it
        }
    }
}
