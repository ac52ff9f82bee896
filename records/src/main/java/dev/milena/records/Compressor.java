package dev.milena.records;

/** Compresses the records of one batch after another. */
interface Compressor extends AutoCloseable {
  /** The most bytes that the given number of bytes may be compressed to. */
  int bound(int plainSize);

  /**
   * Compresses bytes of one array into another.
   *
   * @param into has room for {@link #bound} bytes from {@code at} on
   * @return how many bytes were put
   */
  int compress(byte[] plain, int from, int size, byte[] into, int at);

  /** Gives native memory back; the instance is of no use afterwards. */
  @Override
  void close();
}
