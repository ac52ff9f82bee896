package dev.milena.records;

import java.io.Serial;

/** The compressed bytes of a batch cannot be read, or must not be. */
final class CorruptCompression extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  private final RecordFault fault;

  CorruptCompression(RecordFault fault, String message) {
    super(message);
    this.fault = fault;
  }

  CorruptCompression(String message, Throwable cause) {
    super(message, cause);
    this.fault = RecordFault.BAD_COMPRESSION;
  }

  static CorruptCompression damaged(String message) {
    return new CorruptCompression(RecordFault.BAD_COMPRESSION, message);
  }

  static CorruptCompression tooLarge(String message) {
    return new CorruptCompression(RecordFault.OUTPUT_TOO_LARGE, message);
  }

  RecordFault fault() {
    return fault;
  }
}
