package dev.milena.broker.connection;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;

/**
 * The place of a door that is not built: says no in the client's own language where that has a word
 * for it, closes the connection, and lets the log say what to do.
 *
 * <p>Kafka's protocol has no such word before a request was understood; its clients read a closed
 * connection as "broker disconnected" and try again with their own backoff.
 */
public final class ClosedDoor implements DoorOpener {
  private static final String SENTENCE =
      "This port is for gRPC (HTTP/2) and Kafka clients and does not speak HTTP/1."
          + " Health is served by the HTTP listener: http.listener in the settings, port 9021 unless"
          + " set otherwise.\n";

  /** RFC 9112: a client that is told so says it to its user. */
  private static final ByteBuf BAD_REQUEST =
      ascii(
          "HTTP/1.1 400 Bad Request\r\n"
              + "Content-Type: text/plain; charset=utf-8\r\n"
              + "Content-Length: "
              + SENTENCE.length()
              + "\r\nConnection: close\r\n\r\n"
              + SENTENCE);

  /** RFC 8446, 5.1 and 6: a record with an alert, fatal, handshake_failure. */
  private static final ByteBuf HANDSHAKE_FAILURE =
      Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(new byte[] {21, 3, 3, 0, 2, 2, 40}));

  private final TurnedAway why;
  private final ByteBuf parting;
  private final RefusalLog log;

  private ClosedDoor(TurnedAway why, ByteBuf parting, RefusalLog log) {
    this.why = why;
    this.parting = parting;
    this.log = log;
  }

  /** In place of the Kafka door. */
  public static ClosedDoor toKafka(RefusalLog log) {
    return new ClosedDoor(TurnedAway.KAFKA, Unpooled.EMPTY_BUFFER, log);
  }

  /** On a port without TLS. */
  public static ClosedDoor toTls(RefusalLog log) {
    return new ClosedDoor(TurnedAway.TLS, HANDSHAKE_FAILURE, log);
  }

  /** For browsers, and for whoever takes this port for the one with /livez. */
  public static ClosedDoor toHttp1(RefusalLog log) {
    return new ClosedDoor(TurnedAway.HTTP1, BAD_REQUEST, log);
  }

  private static ByteBuf ascii(String text) {
    return Unpooled.unreleasableBuffer(
        Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.US_ASCII)));
  }

  @Override
  public void open(Channel connection, Runnable ready) {
    log.refused(why, connection.remoteAddress());
    if (!parting.isReadable()) {
      var _ = connection.close();
      return;
    }
    connection.pipeline().addLast(new PartingHandler(parting.duplicate()));
    ready.run();
  }
}
