package io.burrow.it.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
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

    @Test
    void take_aGivenPort_isRefusedToTheNext_untilItIsReleased() {
        int port = Ports.take();
        try {
            assertThatThrownBy(() -> Ports.take(port)).hasMessageContaining("port " + port + " is taken");
            Ports.release(port);
            assertThat(Ports.take(port)).isEqualTo(port);
        } finally {
            Ports.release(port);
        }
    }

    @Test
    void take_aPortInUse_saysSo_andDoesNotKeepIt() throws IOException {
        try (ServerSocket used = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = used.getLocalPort();
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> Ports.take(port))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("port " + port + " of localhost cannot be listened on");
            }
        }
    }
}
