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

  private static final short VERSION = 1;

  /** In the header's flags: see {@link IndexHeader#holdsProducers}. */
  private static final short HOLDS_PRODUCERS = 1;

  private static final int CHUNK_BYTES = 8 << 10;
  private static final int ENTRIES_CRC_AT = 56;
  private static final int HEADER_CRC_AT = 60;

  private IndexFile() {}

  /** Writes and syncs an offset index; the folder is left to the caller. */
  static void write(Disk disk, Path path, IndexHeader header, OffsetIndex index)
      throws IOException {
    write(
        disk,
        path,
        new Front(OFFSET_MAGIC, header, index.size(), OffsetIndex.ENTRY_BYTES),
        (entry, to) -> to.putInt(index.relativeOffset(entry)).putInt(index.position(entry)));
  }

  /** Writes and syncs a time index; the folder is left to the caller. */
  static void write(Disk disk, Path path, IndexHeader header, TimeIndex index) throws IOException {
    write(
        disk,
        path,
        new Front(TIME_MAGIC, header, index.size(), TimeIndex.ENTRY_BYTES),
        (entry, to) -> to.putLong(index.timestampMs(entry)).putInt(index.position(entry)));
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

  /** What the header says besides checksums. */
  private record Front(int magic, IndexHeader facts, int count, int entryBytes) {}

  /** Puts one entry into a buffer that has room for it. */
  private interface EntryWriter {
    void put(int entry, ByteBuffer to);
  }

  /**
   * Goes over the entries twice, for their checksum and to write them, with a small buffer: a roll
   * must not leave garbage of the size of an index.
   */
  private static void write(Disk disk, Path path, Front front, EntryWriter writer)
      throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
    CRC32C crc = new CRC32C();
    for (int next = 0; next < front.count(); ) {
      next = fill(chunk, front, writer, next);
      crc.update(chunk);
    }
    disk.delete(path);
    try (DiskFile file = disk.create(path)) {
      WholeIo.writeFully(file, header(front, (int) crc.getValue()), 0);
      long at = HEADER_BYTES;
      for (int next = 0; next < front.count(); ) {
        next = fill(chunk, front, writer, next);
        int bytes = chunk.remaining();
        WholeIo.writeFully(file, chunk, at);
        at += bytes;
      }
      WholeIo.syncNew(file);
    }
  }

  private static int fill(ByteBuffer chunk, Front front, EntryWriter writer, int from) {
    chunk.clear();
    int next = from;
    while (next < front.count() && chunk.remaining() >= front.entryBytes()) {
      writer.put(next, chunk);
      next++;
    }
    chunk.flip();
    return next;
  }

  private static ByteBuffer header(Front front, int entriesCrc) {
    IndexHeader facts = front.facts();
    ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES);
    bytes.putInt(front.magic());
    bytes.putShort(facts.holdsProducers() ? HOLDS_PRODUCERS : 0).putShort(VERSION);
    bytes.putLong(facts.baseOffset()).putLong(facts.endOffset());
    bytes.putLong(facts.maxTimestampMs());
    bytes.putLong(facts.firstAppendMs()).putLong(facts.lastAppendMs());
    bytes.putInt(facts.logBytes()).putInt(front.count());
    bytes.putInt(entriesCrc);
    bytes.putInt(crc(bytes.slice(0, HEADER_CRC_AT)));
    return bytes.flip();
  }

  private static Optional<IndexHeader> parse(ByteBuffer bytes, int magic, long baseOffset) {
    if (bytes.limit() < HEADER_BYTES
        || bytes.getInt(0) != magic
        || bytes.getShort(6) != VERSION
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
            bytes.getLong(40),
            (bytes.getShort(4) & HOLDS_PRODUCERS) != 0));
  }

  private static int crc(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate());
    return (int) crc.getValue();
  }
}
