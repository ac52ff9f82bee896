package dev.milena.quorum.ratis;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.io.grpc.Attributes;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerTransportFilter;
import org.jspecify.annotations.Nullable;

/**
 * The connections to the quorum's port, and which leader's log comes over each: tells when one ends
 * that a leader wrote over. Others end all the time, and nobody is told. On gRPC's threads; must
 * not block.
 */
final class PeerConnections extends ServerTransportFilter {
  private static final Attributes.Key<AtomicReference<ByteString>> WRITER =
      Attributes.Key.create("milena.writer");

  private volatile Consumer<RaftPeerId> ended = writer -> {};

  /**
   * Who is told from now on.
   *
   * @param ended given the peer that wrote last over the connection that has ended
   */
  void whenEnded(Consumer<RaftPeerId> ended) {
    this.ended = ended;
  }

  /** A peer writes to this one's log over the call's connection. */
  static void writes(ServerCall<?, ?> call, ByteString peer) {
    AtomicReference<ByteString> writer = call.getAttributes().get(WRITER);
    if (writer != null && !peer.equals(writer.get())) {
      writer.set(peer);
    }
  }

  @Override
  public Attributes transportReady(Attributes connection) {
    return connection.toBuilder().set(WRITER, new AtomicReference<>(ByteString.EMPTY)).build();
  }

  /** Whatever is thrown here keeps gRPC's server from ever being closed. */
  @Override
  public void transportTerminated(@Nullable Attributes connection) {
    if (connection == null) {
      // it broke before it could be used
      return;
    }
    AtomicReference<ByteString> writer = connection.get(WRITER);
    if (writer != null && !writer.get().isEmpty()) {
      ended.accept(RaftPeerId.valueOf(writer.get()));
    }
  }
}
