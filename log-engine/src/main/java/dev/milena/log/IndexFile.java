package dev.milena.log;

import dev.milena.log.disk.Disk;
import dev.milena.log.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The file form of both indexes: a header of 64 bytes and entries, each with a checksum of its own,
 * so that a start reads the headers alone. docs/FORMAT.md has the layout and an example.
 *
 * <p>Nothing in it is believed unchecked, and all of it can be made anew from the segment: reading
 * answers empty for a file that is missing, torn, damaged or of another segment.
 */
final class IndexFile {
  static final int HEADER_BYTES = 64;

  /** "MLOI": the offset index. */
  static final int OFFSET_MAGIC = 0x4D4C4F49;

  /** "MLTI": the time index. */
  static final int TIME_MAGIC = 0x4D4C5449;

  private static final int VERSION = 1;
  private static final int ENTRIES_CRC_AT = 56;
  private static final int HEADER_CRC_AT = 60;

  private IndexFile() {}

  /** Writes and syncs an offset index; the folder is left to the caller. */
  static void write(Disk disk, Path path, IndexHeader header, OffsetIndex index)
      throws IOException {
    ByteBuffer entries = ByteBuffer.allocate(index.size() * OffsetIndex.ENTRY_BYTES);
    for (int i = 0; i < index.size(); i++) {
      entries.putInt(index.relativeOffset(i)).putInt(index.position(i));
    }
    writeParts(disk, path, header(OFFSET_MAGIC, header, index.size(), entries), entries);
  }

  /** Writes and syncs a time index; the folder is left to the caller. */
  static void write(Disk disk, Path path, IndexHeader header, TimeIndex index) throws IOException {
    ByteBuffer entries = ByteBuffer.allocate(index.size() * TimeIndex.ENTRY_BYTES);
    for (int i = 0; i < index.size(); i++) {
      entries.putLong(index.timestampMs(i)).putInt(index.position(i));
    }
    writeParts(disk, path, header(TIME_MAGIC, header, index.size(), entries), entries);
  }

  /** The header alone. */
  static Optional<IndexHeader> readHeader(Disk disk, Path path, int magic, long baseOffset)
      throws IOException {
    if (!disk.exists(path)) {
      return Optional.empty();
    }
    try (DiskFile file = disk.open(path)) {
      ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
      WholeIo.read(file, header, 0);
      return parse(header.flip(), magic, baseOffset);
    }
  }

  /** The entries of an offset index, when header and entries are whole and rise as they must. */
  static Optional<OffsetIndex> readOffsets(Disk disk, Path path, IndexHeader expected)
      throws IOException {
    Optional<ByteBuffer> body = readEntries(disk, path, OFFSET_MAGIC, expected);
    if (body.isEmpty()) {
      return Optional.empty();
    }
    ByteBuffer entries = body.get();
    OffsetIndex index = new OffsetIndex();
    long covered = expected.endOffset() - expected.baseOffset();
    int previousOffset = -1;
    int previousPosition = -1;
    while (entries.hasRemaining()) {
      int offset = entries.getInt();
      int position = entries.getInt();
      boolean rises = offset > previousOffset && position > previousPosition;
      if (!rises || offset >= covered || position >= expected.logBytes()) {
        return Optional.empty();
      }
      index.add(offset, position);
      previousOffset = offset;
      previousPosition = position;
    }
    return Optional.of(index);
  }

  /** The entries of a time index, when header and entries are whole and rise as they must. */
  static Optional<TimeIndex> readTimes(Disk disk, Path path, IndexHeader expected)
      throws IOException {
    Optional<ByteBuffer> body = readEntries(disk, path, TIME_MAGIC, expected);
    if (body.isEmpty()) {
      return Optional.empty();
    }
    ByteBuffer entries = body.get();
    TimeIndex index = new TimeIndex();
    long previousMs = Long.MIN_VALUE;
    int previousPosition = -1;
    while (entries.hasRemaining()) {
      long timestampMs = entries.getLong();
      int position = entries.getInt();
      boolean rises = timestampMs > previousMs && position > previousPosition;
      if (!rises || timestampMs > expected.maxTimestampMs() || position >= expected.logBytes()) {
        return Optional.empty();
      }
      index.add(timestampMs, position);
      previousMs = timestampMs;
      previousPosition = position;
    }
    return Optional.of(index);
  }

  private static Optional<ByteBuffer> readEntries(
      Disk disk, Path path, int magic, IndexHeader expected) throws IOException {
    if (!disk.exists(path)) {
      return Optional.empty();
    }
    try (DiskFile file = disk.open(path)) {
      long size = file.sizeInBytes();
      if (size < HEADER_BYTES || size > Integer.MAX_VALUE) {
        return Optional.empty();
      }
      ByteBuffer all = ByteBuffer.allocate((int) size);
      WholeIo.readFully(file, all, 0);
      all.flip();
      if (!parse(all, magic, expected.baseOffset()).equals(Optional.of(expected))) {
        return Optional.empty();
      }
      ByteBuffer entries = all.slice(HEADER_BYTES, (int) size - HEADER_BYTES);
      int entryBytes = magic == OFFSET_MAGIC ? OffsetIndex.ENTRY_BYTES : TimeIndex.ENTRY_BYTES;
      boolean whole = entries.remaining() == (long) all.getInt(52) * entryBytes;
      return whole && crc(entries) == all.getInt(ENTRIES_CRC_AT)
          ? Optional.of(entries)
          : Optional.empty();
    }
  }

  private static ByteBuffer header(int magic, IndexHeader header, int count, ByteBuffer entries) {
    entries.flip();
    ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES);
    bytes.putInt(magic).putInt(VERSION);
    bytes.putLong(header.baseOffset()).putLong(header.endOffset());
    bytes.putLong(header.maxTimestampMs());
    bytes.putLong(header.firstAppendMs()).putLong(header.lastAppendMs());
    bytes.putInt(header.logBytes()).putInt(count);
    bytes.putInt(crc(entries));
    bytes.putInt(crc(bytes.slice(0, HEADER_CRC_AT)));
    return bytes.flip();
  }

  private static Optional<IndexHeader> parse(ByteBuffer bytes, int magic, long baseOffset) {
    if (bytes.limit() < HEADER_BYTES
        || bytes.getInt(0) != magic
        || bytes.getInt(4) != VERSION
        || bytes.getInt(HEADER_CRC_AT) != crc(bytes.slice(0, HEADER_CRC_AT))
        || bytes.getLong(8) != baseOffset) {
      return Optional.empty();
    }
    return Optional.of(
        new IndexHeader(
            baseOffset,
            bytes.getLong(16),
            bytes.getInt(48),
            bytes.getLong(24),
            bytes.getLong(32),
            bytes.getLong(40)));
  }

  private static void writeParts(Disk disk, Path path, ByteBuffer header, ByteBuffer entries)
      throws IOException {
    disk.delete(path);
    ByteBuffer all = ByteBuffer.allocate(header.remaining() + entries.remaining());
    all.put(header).put(entries).flip();
    try (DiskFile file = disk.create(path)) {
      WholeIo.writeFully(file, all, 0);
      WholeIo.sync(file);
    }
  }

  private static int crc(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate());
    return (int) crc.getValue();
  }
}
