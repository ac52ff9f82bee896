package dev.milena.broker.door.grpc;

/**
 * Bounds of the gRPC door.
 *
 * @param messageBytes the largest request
 * @param callsPerConnection at most so many calls at once on one connection; more wait in the
 *     client (HTTP/2's SETTINGS_MAX_CONCURRENT_STREAMS)
 * @param windowBytes how much of a stream may be under way unread; each call may hold this much
 * @param handshakeMs between the HTTP/2 preface and its SETTINGS, in milliseconds
 * @param keepAliveMs a connection that was silent for so long is asked for a sign of life, and
 *     closed when there is none within 10 s, in milliseconds
 */
public record GrpcDoorSettings(
    int messageBytes, int callsPerConnection, int windowBytes, long handshakeMs, long keepAliveMs) {
  /** Room for a batch's own message: names, numbers and the tags of its fields. */
  private static final int MESSAGE_OVERHEAD_BYTES = 64 << 10;

  /** A request is allowed so much even when single batches must be small. */
  private static final int USUAL_MESSAGE_BYTES = 16 << 20;

  /**
   * A consumer has a stream for each partition that it reads, all on one connection: with HTTP/2's
   * usual 100, the calls after the hundredth would wait in the client for ever.
   */
  private static final int USUAL_CALLS = 1_000;

  /** Checks the bounds. */
  public GrpcDoorSettings {
    if (messageBytes < 1
        || callsPerConnection < 1
        || windowBytes < 1
        || handshakeMs < 1
        || keepAliveMs < 1) {
      throw new IllegalArgumentException("a bound of the gRPC door is below 1");
    }
  }

  /**
   * What follows from Kafka's own settings: a request holds any batch that a topic may hold by
   * default, 16 MiB in any case, and never more than socket.request.max.bytes.
   *
   * @param largestBatchBytes message.max.bytes
   * @param largestRequestBytes socket.request.max.bytes
   */
  public static GrpcDoorSettings of(int largestBatchBytes, int largestRequestBytes) {
    long wanted = Math.max(USUAL_MESSAGE_BYTES, (long) largestBatchBytes + MESSAGE_OVERHEAD_BYTES);
    int message = (int) Math.min(wanted, largestRequestBytes);
    return new GrpcDoorSettings(message, USUAL_CALLS, 1 << 20, 10_000, 30_000);
  }
}
