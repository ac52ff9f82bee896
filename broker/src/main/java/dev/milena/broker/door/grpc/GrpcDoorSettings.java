package dev.milena.broker.door.grpc;

/**
 * Bounds of the gRPC door.
 *
 * @param messageBytes the largest request
 * @param callsPerConnection at most so many calls at once on one connection; more wait in the
 *     client (HTTP/2's SETTINGS_MAX_CONCURRENT_STREAMS)
 * @param windowBytes how much of a stream may be under way unread
 * @param handshakeMs between the HTTP/2 preface and its SETTINGS, in milliseconds
 * @param keepAliveMs a connection that was silent for so long is asked for a sign of life, and
 *     closed when there is none within 10 s, in milliseconds
 * @param limits what all calls may hold together
 */
public record GrpcDoorSettings(
    int messageBytes,
    int callsPerConnection,
    int windowBytes,
    long handshakeMs,
    long keepAliveMs,
    Limits limits) {
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
    if (limits.receivedBytes() < 2L * messageBytes) {
      throw new IllegalArgumentException(
          "room for %s bytes of requests does not hold two of %s"
              .formatted(limits.receivedBytes(), messageBytes));
    }
  }

  /**
   * What follows from Kafka's own settings: a request holds any batch that a topic may hold by
   * default, 16 MiB in any case, and never more than socket.request.max.bytes.
   *
   * @param largestBatchBytes message.max.bytes
   * @param largestRequestBytes socket.request.max.bytes
   * @param heapBytes the largest heap
   */
  public static GrpcDoorSettings of(
      int largestBatchBytes, int largestRequestBytes, long heapBytes) {
    long wanted = Math.max(USUAL_MESSAGE_BYTES, (long) largestBatchBytes + MESSAGE_OVERHEAD_BYTES);
    int message = (int) Math.min(wanted, largestRequestBytes);
    return new GrpcDoorSettings(
        message, USUAL_CALLS, 1 << 20, 10_000, 30_000, Limits.of(heapBytes, message));
  }

  /**
   * What all calls may hold together, and how long their clients may take.
   *
   * @param calls so many calls at once
   * @param receivedBytes bytes of requests that came and are not with the core yet
   * @param answerBytes bytes of answers that clients have not taken
   * @param requestMs for a request, or a message of a stream, from its first byte to its last, in
   *     milliseconds
   * @param unreadMs a client that leaves an answer unread for so long is hung up on when more than
   *     half of {@code answerBytes} are taken, in milliseconds
   */
  public record Limits(
      int calls, long receivedBytes, long answerBytes, long requestMs, long unreadMs) {
    private static final long REQUEST_MS = 30_000;
    private static final long UNREAD_MS = 10_000;

    /** Room for at least two of the largest answers (8 MiB, or one batch that is larger). */
    private static final long LEAST_ANSWER_BYTES = 32 << 20;

    /** An open call was measured to cost 2 KiB; it may leave small answers unread besides. */
    private static final int CALL_BYTES = 32 << 10;

    /** Checks the bounds. */
    public Limits {
      if (calls < 1 || receivedBytes < 1 || answerBytes < 1 || requestMs < 1 || unreadMs < 1) {
        throw new IllegalArgumentException("a limit of the gRPC door is below 1");
      }
    }

    /**
     * For a heap: a quarter of it for requests, as much for answers, and a call for each 32 KiB.
     *
     * @param heapBytes the largest heap, which bounds the buffers outside it too
     * @param messageBytes the largest request
     */
    public static Limits of(long heapBytes, int messageBytes) {
      return new Limits(
          Math.clamp(heapBytes / CALL_BYTES, 1_000, Integer.MAX_VALUE),
          Math.max(heapBytes / 4, 2L * messageBytes),
          Math.max(heapBytes / 4, LEAST_ANSWER_BYTES),
          REQUEST_MS,
          UNREAD_MS);
    }
  }
}
