package dev.milena.records;

import java.io.Serial;

/** The compressed bytes of a batch cannot be read, or must not be. */
final class CorruptCompression extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  private final RecordFault fault;

  private CorruptCompression(RecordFault fault, String message) {
    super(message);
    this.fault = fault;
  }

  /** Not what the compression's format allows. */
  static CorruptCompression damaged(String message) {
    return new CorruptCompression(RecordFault.BAD_COMPRESSION, message);
  }

  /** Not what the compression's format allows, as a library found out. */
  static CorruptCompression damaged(String message, Exception cause) {
    CorruptCompression corrupt = damaged(message);
    corrupt.initCause(cause);
    return corrupt;
  }

  /** Well formed so far, but it asks for more memory than allowed. */
  static CorruptCompression tooLarge(String message) {
    return new CorruptCompression(RecordFault.OUTPUT_TOO_LARGE, message);
  }

  RecordFault fault() {
    return fault;
  }
}
