package dev.milena.broker.peer.grpc;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.milena.proto.peer.v1.FollowerMessage;
import dev.milena.proto.peer.v1.LeaderMessage;
import dev.milena.proto.peer.v1.ReplicationGrpc;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Status;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * The method by which followers copy, as they call it: what a leader says is read with one copy,
 * out of the transport's buffers into an array of exactly its size, which the batches then share.
 * gRPC's own marshaller makes two.
 */
final class CopyMethod {
  static final MethodDescriptor<FollowerMessage, LeaderMessage> DESCRIPTOR =
      ReplicationGrpc.getCopyMethod().toBuilder().setResponseMarshaller(new SharedArray()).build();

  private CopyMethod() {}

  private static final class SharedArray implements Marshaller<LeaderMessage> {
    private final Marshaller<LeaderMessage> plain =
        ReplicationGrpc.getCopyMethod().getResponseMarshaller();

    @Override
    public InputStream stream(LeaderMessage message) {
      return plain.stream(message);
    }

    /** The channel bounds the size of a message before it comes here. */
    @Override
    public LeaderMessage parse(InputStream from) {
      try {
        // bytes that are known never to change may be shared; nobody else has this array
        CodedInputStream in = UnsafeByteOperations.unsafeWrap(bytes(from)).newCodedInput();
        in.enableAliasing(true);
        LeaderMessage message = LeaderMessage.parseFrom(in);
        in.checkLastTagWas(0);
        return message;
      } catch (InvalidProtocolBufferException malformed) {
        throw Status.INTERNAL
            .withDescription("what a leader said is no message")
            .withCause(malformed)
            .asRuntimeException();
      } catch (IOException broken) {
        throw Status.INTERNAL
            .withDescription("what a leader said cannot be read")
            .withCause(broken)
            .asRuntimeException();
      }
    }

    /** Of what is not compressed the stream knows the length, and has it at hand. */
    private static byte[] bytes(InputStream from) throws IOException {
      if (!(from instanceof KnownLength)) {
        return from.readAllBytes();
      }
      // not readNBytes(length), which gathers pieces of 16 KiB and copies them once more
      byte[] bytes = new byte[from.available()];
      if (from.readNBytes(bytes, 0, bytes.length) < bytes.length) {
        throw new EOFException("a message ends before its length");
      }
      return bytes;
    }
  }
}
