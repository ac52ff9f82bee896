package dev.milena.records;

/**
 * Gives the decompressed bytes of one batch piece by piece, so that a bomb is noticed before it has
 * gone off. What it holds in memory meanwhile is bounded by the limits it was opened with.
 */
interface Decompression extends AutoCloseable {
  /**
   * Puts decompressed bytes into an array.
   *
   * @param size at least 1
   * @return how many were put, at least 1; -1 when all have been given
   * @throws CorruptCompression when the compressed bytes are damaged, end early or ask for too much
   */
  int read(byte[] into, int from, int size) throws CorruptCompression;

  /** Gives native memory back. */
  @Override
  void close();
}
