package io.burrow.it.kafka;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** A real producer of which each call goes through somebody's hands. */
final class Faults {
    private Faults() {}

    /** A call of the producer. */
    @FunctionalInterface
    interface Call {
        /** Makes it. */
        @Nullable
        Object make() throws Throwable;
    }

    /** Makes calls, or does not, on the thread that wants them. */
    @FunctionalInterface
    interface Hands {
        /** What the call returns or throws. */
        @Nullable
        Object pass(String name, Call call) throws Throwable;
    }

    @SuppressWarnings("unchecked")
    static Producer<byte[], byte[]> producer(Map<String, Object> properties, Hands hands) {
        Producer<byte[], byte[]> real =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
        return (Producer<byte[], byte[]>) Proxy.newProxyInstance(
                Faults.class.getClassLoader(),
                new Class<?>[] {Producer.class},
                (proxy, method, arguments) -> hands.pass(method.getName(), () -> {
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}
