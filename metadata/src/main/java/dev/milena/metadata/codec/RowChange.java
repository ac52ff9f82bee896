package dev.milena.metadata.codec;

import java.util.Optional;

/** A row of the quorum's store that a step writes: its key, its value until now and from now on. */
public final class RowChange {
  private final byte[] key;
  private final Optional<byte[]> before;
  private final Optional<byte[]> after;

  RowChange(byte[] key, Optional<byte[]> before, Optional<byte[]> after) {
    this.key = key;
    this.before = before;
    this.after = after;
  }

  /** The key's bytes, not a copy: for the store to write, and for nobody to change. */
  public byte[] key() {
    return key;
  }

  /** The value from now on, not a copy; empty for a deleted row. */
  public Optional<byte[]> after() {
    return after;
  }

  /** What the change adds to the state hash. */
  public long hashDifference() {
    long added = after.map(value -> RowHash.ofRow(key, value)).orElse(0L);
    long taken = before.map(value -> RowHash.ofRow(key, value)).orElse(0L);
    return added - taken;
  }
}
