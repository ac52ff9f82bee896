package dev.milena.log.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One open file. Positions are bytes from its beginning. Any thread may call any method; who may
 * write at the same time as whom is the caller's affair.
 *
 * <p>Interrupting a thread inside one of these calls does not close the file, and fails none of
 * them.
 */
public interface DiskFile extends Closeable {
  /**
   * Writes bytes from the buffer's position, which moves by what was written. One system call: the
   * answer may be smaller than what remains, as with a device that fills up on the way.
   *
   * @return bytes written
   */
  int write(ByteBuffer source, long position) throws IOException;

  /**
   * Reads bytes into the buffer, which moves by what was read.
   *
   * @return bytes read, or -1 at or beyond the end of the file
   */
  int read(ByteBuffer target, long position) throws IOException;

  /** Length in bytes. */
  long sizeInBytes() throws IOException;

  /** Cuts the file; a file that is shorter stays as it is. */
  void truncate(long sizeInBytes) throws IOException;

  /**
   * Makes the bytes and the length survive a power cut (fdatasync). After a failure nobody knows
   * which bytes reached the device, and another sync that succeeds proves nothing.
   */
  void sync() throws IOException;

  @Override
  void close() throws IOException;
}
