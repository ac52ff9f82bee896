package dev.milena.log;

import java.io.IOException;

/** The bytes that a slice points at were cut from the log while it was held. Locate anew. */
public final class SliceTruncated extends IOException {
  private static final long serialVersionUID = 1L;

  SliceTruncated(String file, long position) {
    super(file + " was cut in front of byte " + position + " while it was being read");
  }
}
