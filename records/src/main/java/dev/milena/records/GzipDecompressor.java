package dev.milena.records;

import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Reads gzip (RFC 1952), one member or several, with what the header may hold besides. */
@OwnedBy(Owner.CREATOR)
final class GzipDecompressor implements Decompressor {
  private static final int HEADER_SIZE = 10;
  private static final int TRAILER_SIZE = 8;
  private static final int MAGIC = 0x8b1f;
  private static final int DEFLATE = 8;
  private static final int FLAG_HEADER_CRC = 1 << 1;
  private static final int FLAG_EXTRA = 1 << 2;
  private static final int FLAG_NAME = 1 << 3;
  private static final int FLAG_COMMENT = 1 << 4;

  private final Inflater inflater = new Inflater(true);
  private final CRC32 crc = new CRC32();
  private LittleEndianBytes bytes = LittleEndianBytes.NONE;
  private boolean inMember;

  @Override
  public void open(byte[] compressed, int from, int to) {
    bytes = new LittleEndianBytes(compressed, from, to);
    inMember = false;
  }

  @Override
  public int read(byte[] into, int at, int size) throws CorruptCompression {
    while (inMember || bytes.remaining() > 0) {
      if (!inMember) {
        beginMember();
      }
      int count = inflate(into, at, size);
      if (count > 0) {
        crc.update(into, at, count);
        return count;
      }
      endMember();
    }
    return -1;
  }

  @Override
  public void close() {
    inflater.end();
  }

  private int inflate(byte[] into, int at, int size) throws CorruptCompression {
    try {
      int count = inflater.inflate(into, at, size);
      if (count == 0 && !inflater.finished()) {
        throw CorruptCompression.damaged("gzip ends early or needs a dictionary");
      }
      return count;
    } catch (DataFormatException e) {
      throw CorruptCompression.damaged("gzip is damaged", e);
    }
  }

  private void beginMember() throws CorruptCompression {
    bytes.need(HEADER_SIZE);
    if (bytes.readShort() != MAGIC || bytes.readByte() != DEFLATE) {
      throw CorruptCompression.damaged("no gzip member begins here");
    }
    int flags = bytes.readByte();
    bytes.skip(HEADER_SIZE - 4);
    if ((flags & FLAG_EXTRA) != 0) {
      bytes.skip(bytes.readShort());
    }
    if ((flags & FLAG_NAME) != 0) {
      skipText();
    }
    if ((flags & FLAG_COMMENT) != 0) {
      skipText();
    }
    if ((flags & FLAG_HEADER_CRC) != 0) {
      bytes.skip(Short.BYTES);
    }
    inflater.reset();
    inflater.setInput(bytes.array(), bytes.at(), bytes.remaining());
    crc.reset();
    inMember = true;
  }

  private void skipText() throws CorruptCompression {
    int next = bytes.readByte();
    while (next != 0) {
      next = bytes.readByte();
    }
  }

  private void endMember() throws CorruptCompression {
    bytes.skip(bytes.remaining() - inflater.getRemaining());
    bytes.need(TRAILER_SIZE);
    boolean good = bytes.readInt() == (int) crc.getValue();
    good &= bytes.readInt() == (int) inflater.getBytesWritten();
    if (!good) {
      throw CorruptCompression.damaged("gzip's own checksum or size does not match");
    }
    inMember = false;
  }
}
