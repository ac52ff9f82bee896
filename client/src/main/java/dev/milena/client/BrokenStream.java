package dev.milena.client;

import java.util.Set;

/** Judges why a stream ended. */
final class BrokenStream {
  /** Whoever answers so will answer so again. */
  private static final Set<String> HOPELESS =
      Set.of("UNIMPLEMENTED", "UNAUTHENTICATED", "PERMISSION_DENIED", "INVALID_ARGUMENT");

  /** What gRPC takes unless told to take more. */
  private static final int SMALLEST_LIMIT_BYTES = 4 << 20;

  /** What a broker says about the partition itself. */
  private static final Set<String> PARTITIONS =
      Set.of("NOT_FOUND", "OUT_OF_RANGE", "DATA_LOSS", "FAILED_PRECONDITION");

  private BrokenStream() {}

  /**
   * Whether a stream ended because of a request that is larger than the broker takes at all: gRPC
   * ends the stream then, before the broker sees the request.
   */
  static boolean isAboutSize(MilenaException failure, int requestBytes) {
    return requestBytes > SMALLEST_LIMIT_BYTES && failure.reason().equals("RESOURCE_EXHAUSTED");
  }

  /**
   * Whether a failure is the partition's and not the connection's, so that reading on elsewhere
   * meets it again.
   */
  static boolean endsReading(MilenaException failure) {
    return HOPELESS.contains(failure.status()) || PARTITIONS.contains(failure.status());
  }

  /** Whether what the stream carried may be tried on another; a network breaks in many ways. */
  static boolean isWorthAnother(MilenaException failure) {
    return !HOPELESS.contains(failure.status());
  }
}
