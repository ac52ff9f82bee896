package dev.milena.records;

import java.util.Locale;
import java.util.Optional;

/** How the records of a batch are compressed; the code is part of the batch's attributes. */
public enum Compression {
  /** As they are. */
  NONE(0),
  /** RFC 1952. */
  GZIP(1),
  /** Blocks of snappy in the framing of snappy-java (xerial); a single raw block is read too. */
  SNAPPY(2),
  /** The LZ4 frame format with independent blocks. */
  LZ4(3),
  /** RFC 8878. */
  ZSTD(4);

  private static final Compression[] BY_CODE = values();

  private final int code;

  Compression(int code) {
    this.code = code;
  }

  /** The three bits of a batch's attributes. */
  public int code() {
    return code;
  }

  /** The name that settings and tools use: none, gzip, snappy, lz4 or zstd. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether a code out of a batch's attributes stands for a compression. */
  public static boolean isKnown(int code) {
    return code >= 0 && code < BY_CODE.length;
  }

  /**
   * The compression of a code.
   *
   * @throws IllegalArgumentException when {@link #isKnown} is false for it
   */
  public static Compression ofCode(int code) {
    if (!isKnown(code)) {
      throw new IllegalArgumentException("no compression has the code " + code);
    }
    return BY_CODE[code];
  }

  /** The compression that settings and tools call so; empty for an unknown name. */
  public static Optional<Compression> named(String wireName) {
    for (Compression compression : BY_CODE) {
      if (compression.wireName().equals(wireName)) {
        return Optional.of(compression);
      }
    }
    return Optional.empty();
  }
}
