package dev.milena.quorum.ratis;

import java.io.IOException;

/**
 * The folder holds the quorum data of another node or another cluster; nothing in it was touched.
 */
public final class ForeignStorage extends IOException {
  private static final long serialVersionUID = 1L;

  ForeignStorage(String message) {
    super(message);
  }
}
