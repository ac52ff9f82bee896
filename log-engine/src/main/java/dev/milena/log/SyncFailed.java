package dev.milena.log;

import java.io.IOException;

/**
 * A sync failed. Final, whatever the cause (a full device included): nobody knows which bytes are
 * on the device, and a later sync that succeeds says nothing about them.
 */
final class SyncFailed extends IOException {
  private static final long serialVersionUID = 1L;

  SyncFailed(IOException cause) {
    super("sync failed, which is final: " + cause.getMessage(), cause);
  }
}
