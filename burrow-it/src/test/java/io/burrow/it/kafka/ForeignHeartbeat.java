package io.burrow.it.kafka;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ConsumerGroupHeartbeatRequest;
import org.apache.kafka.common.requests.RequestHeader;

/**
 * A heartbeat in the name of a member of a group of the consumer protocol, sent by somebody else: the group then takes
 * the member for further than it is, or for gone, and the member does not know. There is no call for that, so it is
 * sent to the broker as it stands, by a connection of its own.
 */
final class ForeignHeartbeat {
    private static final short VERSION = 0;
    private static final int HEADER_BYTES = Integer.BYTES + Byte.BYTES;
    private static final int LEAVE = -1;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final String broker;
    private final ConsumerGroupMetadata member;

    /** Of a member as it stands now, whose group's coordinator is this broker. */
    ForeignHeartbeat(String broker, ConsumerGroupMetadata member) {
        this.broker = broker;
        this.member = member;
    }

    /** It leaves the group. */
    void leave() throws IOException {
        beat(data(LEAVE));
    }

    /** It wants another topic and has given up all that it had. Returns the epoch at which it is then. */
    int moveOn() throws IOException {
        return beat(data(member.generationId())
                        .setSubscribedTopicNames(List.of("another topic"))
                        .setTopicPartitions(List.of()))
                .memberEpoch();
    }

    private ConsumerGroupHeartbeatRequestData data(int epoch) {
        return new ConsumerGroupHeartbeatRequestData()
                .setGroupId(member.groupId())
                .setMemberId(member.memberId())
                .setMemberEpoch(epoch);
    }

    private ConsumerGroupHeartbeatResponseData beat(ConsumerGroupHeartbeatRequestData data) throws IOException {
        RequestHeader header = new RequestHeader(ApiKeys.CONSUMER_GROUP_HEARTBEAT, VERSION, "somebody else", 1);
        ByteBuffer request =
                new ConsumerGroupHeartbeatRequest.Builder(data).build(VERSION).serializeWithHeader(header);
        int colon = broker.lastIndexOf(':');
        try (Socket socket = new Socket(broker.substring(0, colon), Integer.parseInt(broker.substring(colon + 1)))) {
            socket.setSoTimeout((int) LIMIT.toMillis());
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeInt(request.remaining());
            out.write(request.array(), request.arrayOffset() + request.position(), request.remaining());
            out.flush();
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte[] answer = new byte[in.readInt()];
            in.readFully(answer);
            ByteBuffer body = ByteBuffer.wrap(answer);
            body.position(HEADER_BYTES);
            ConsumerGroupHeartbeatResponseData response =
                    new ConsumerGroupHeartbeatResponseData(new ByteBufferAccessor(body), VERSION);
            if (response.errorCode() != Errors.NONE.code()) {
                throw new IllegalStateException(Errors.forCode(response.errorCode()) + " " + response.errorMessage());
            }
            return response;
        }
    }
}
