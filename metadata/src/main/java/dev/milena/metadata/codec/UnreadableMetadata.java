package dev.milena.metadata.codec;

/** Bytes that should be metadata of ours and are not: damaged, or of a release that is newer. */
public final class UnreadableMetadata extends Exception {
  private static final long serialVersionUID = 1L;

  UnreadableMetadata(String message) {
    super(message);
  }

  UnreadableMetadata(String message, Throwable cause) {
    super(message, cause);
  }
}
