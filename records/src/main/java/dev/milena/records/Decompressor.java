package dev.milena.records;

/**
 * Gives the decompressed bytes of a batch piece by piece, so that a bomb is noticed before it has
 * gone off. One instance reads any number of batches, one after another.
 */
interface Decompressor extends AutoCloseable {
  /**
   * Starts on the compressed records of a batch. Looks at nothing yet.
   *
   * @param compressed holds them from one index to another, unchanged until the next open
   */
  void open(byte[] compressed, int from, int to);

  /**
   * Puts decompressed bytes into an array.
   *
   * @param size at least 1
   * @return how many were put, at least 1; -1 when all have been given
   * @throws CorruptCompression when the compressed bytes are damaged, end early, or claim more than
   *     they could hold or the limits allow
   */
  int read(byte[] into, int at, int size) throws CorruptCompression;

  /** Gives native memory back; the instance is of no use afterwards. */
  @Override
  void close();
}
