package io.burrow.it.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PortsTest {

    @Test
    void take_manyTimes_givesEachPortOnce() {
        Set<Integer> ports = new HashSet<>();
        try {
            for (int i = 0; i < 200; i++) {
                int port = Ports.take();
                assertThat(ports.add(port)).isTrue();
                assertThat(port).isBetween(20_000, 32_000);
            }
        } finally {
            ports.forEach(Ports::release);
        }
    }
}
