package dev.milena.quorum.store;

import dev.milena.metadata.JournalPlace;
import java.nio.ByteBuffer;

/**
 * Where a store stands; written in the same batch as the rows it speaks of.
 *
 * @param term of the last command that wrote
 * @param index of the last command that wrote; entries without a command do not move it
 * @param stateHash the sum of the hashes of all rows
 * @param rollingHash of the journal's last step, 0 before the first
 * @param lastStep index of the journal's last step, {@link JournalPlace#NO_INDEX} before the first
 * @param purgedThrough index of the last step that was purged, {@link JournalPlace#NO_INDEX} if
 *     none
 * @param journalBytes keys and values of the journal's steps together
 */
record StoreHead(
    long term,
    long index,
    long stateHash,
    long rollingHash,
    long lastStep,
    long purgedThrough,
    long journalBytes) {
  private static final byte VERSION = 1;
  private static final int BYTES = 1 + 7 * Long.BYTES;

  static StoreHead first(long stateHash) {
    return new StoreHead(
        0, JournalPlace.NO_INDEX, stateHash, 0, JournalPlace.NO_INDEX, JournalPlace.NO_INDEX, 0);
  }

  byte[] write() {
    return ByteBuffer.allocate(BYTES)
        .put(VERSION)
        .putLong(term)
        .putLong(index)
        .putLong(stateHash)
        .putLong(rollingHash)
        .putLong(lastStep)
        .putLong(purgedThrough)
        .putLong(journalBytes)
        .array();
  }

  static StoreHead read(byte[] bytes) throws StoreFailure {
    ByteBuffer head = ByteBuffer.wrap(bytes);
    if (bytes.length != BYTES || head.get() != VERSION) {
      throw new StoreFailure("the store's head is of another version or damaged");
    }
    return new StoreHead(
        head.getLong(),
        head.getLong(),
        head.getLong(),
        head.getLong(),
        head.getLong(),
        head.getLong(),
        head.getLong());
  }
}
