package dev.milena.broker.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.grpc.Server;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class BrokenHandOverTest {
  /** Breaks between the moment when the hand-over looked and the one when gRPC takes it. */
  private static final class Breaking extends EmbeddedChannel {
    @Override
    public boolean isActive() {
      return true;
    }
  }

  @Test
  void connectionThatBreaksWhileGrpcTakesItLeavesNothingInTheLog() throws Exception {
    var said = new ByteArrayOutputStream();
    PrintStream before = System.err;
    try (Transport transport = new Transport(1)) {
      GrpcHandOver handOver = new GrpcHandOver(transport, new RefusalLog(1_000, System::nanoTime));
      Server server = handOver.server(new ByteRoom(1 << 20)).build().start();
      Breaking connection = new Breaking();
      connection.close().sync();
      System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
      try {
        handOver.open(connection, () -> {});
        // The accepting thread does one thing after the other.
        transport.accepting().submit(() -> {}).sync();
      } finally {
        System.setErr(before);
        server.shutdownNow().awaitTermination();
      }
    }
    assertEquals("", said.toString(StandardCharsets.UTF_8));
  }
}
