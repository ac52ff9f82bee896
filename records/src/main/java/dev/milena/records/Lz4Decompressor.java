package dev.milena.records;

import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import net.jpountz.xxhash.XXHash32;
import net.jpountz.xxhash.XXHashFactory;

/**
 * Reads the LZ4 frame format, one frame or several, with independent blocks.
 *
 * <pre>
 *   184D2204 | FLG | BD | content size u64? | dictionary id u32? | HC
 *   { block size u32, high bit: stored | block | checksum u32? }  00000000 | checksum u32?
 * </pre>
 *
 * <p>Checksums of blocks and content are passed over: the CRC32C of the batch covers the same
 * bytes. Linked blocks and dictionaries are refused, as Kafka's own reader cannot read them either.
 */
@OwnedBy(Owner.CREATOR)
final class Lz4Decompressor implements Decompressor {
  static final int MAGIC = 0x184D2204;
  static final int FLAG_VERSION = 1 << 6;
  static final int FLAG_INDEPENDENT = 1 << 5;
  static final int STORED_BIT = 1 << 31;

  private static final int VERSION_MASK = 0b11 << 6;
  private static final int FLAG_BLOCK_CHECKSUM = 1 << 4;
  private static final int FLAG_CONTENT_SIZE = 1 << 3;
  private static final int FLAG_CONTENT_CHECKSUM = 1 << 2;
  private static final int FLAG_DICTIONARY = 1;
  private static final int SMALLEST_BLOCK_CODE = 4;

  /** Bytes that one compressed byte may stand for: a match's length grows by 255 a byte. */
  private static final int MAX_RATIO = 255;

  private final LZ4SafeDecompressor blocks = LZ4Factory.fastestInstance().safeDecompressor();
  private LittleEndianBytes bytes = LittleEndianBytes.NONE;
  private boolean inFrame;
  private int flags;
  private int maxBlockSize;
  private byte[] block = new byte[0];
  private int blockAt;
  private int blockEnd;

  @Override
  public void open(byte[] compressed, int from, int to) {
    bytes = new LittleEndianBytes(compressed, from, to);
    inFrame = false;
    blockAt = 0;
    blockEnd = 0;
  }

  @Override
  public int read(byte[] into, int at, int size) throws CorruptCompression {
    while (blockAt == blockEnd) {
      if (inFrame) {
        readBlock();
      } else if (bytes.remaining() > 0) {
        beginFrame();
      } else {
        return -1;
      }
    }
    int count = Math.min(size, blockEnd - blockAt);
    System.arraycopy(block, blockAt, into, at, count);
    blockAt += count;
    return count;
  }

  @Override
  public void close() {
    open(new byte[0], 0, 0);
    block = new byte[0];
  }

  /** The checksum byte behind a frame's descriptor. */
  static int headerChecksum(byte[] array, int from, int size) {
    XXHash32 hash = XXHashFactory.fastestInstance().hash32();
    return (hash.hash(array, from, size, 0) >> Byte.SIZE) & 0xff;
  }

  private void beginFrame() throws CorruptCompression {
    if (bytes.readInt() != MAGIC) {
      throw CorruptCompression.damaged("no LZ4 frame begins here");
    }
    int descriptorAt = bytes.at();
    flags = bytes.readByte();
    if ((flags & VERSION_MASK) != FLAG_VERSION
        || !hasFlag(FLAG_INDEPENDENT)
        || hasFlag(FLAG_DICTIONARY)) {
      throw CorruptCompression.damaged("an LZ4 frame of version, links or dictionary unknown here");
    }
    int sizeCode = bytes.readByte() >> 4;
    if (sizeCode < SMALLEST_BLOCK_CODE || sizeCode > 7) {
      throw CorruptCompression.damaged("an LZ4 frame of block size code " + sizeCode);
    }
    maxBlockSize = 1 << (2 * sizeCode + 8);
    bytes.skip(hasFlag(FLAG_CONTENT_SIZE) ? Long.BYTES : 0);
    int size = bytes.at() - descriptorAt;
    if (bytes.readByte() != headerChecksum(bytes.array(), descriptorAt, size)) {
      throw CorruptCompression.damaged("an LZ4 frame's header does not match its checksum");
    }
    inFrame = true;
  }

  private void readBlock() throws CorruptCompression {
    int sizeAndBit = bytes.readInt();
    int size = sizeAndBit & ~STORED_BIT;
    if (sizeAndBit == 0) {
      bytes.skip(hasFlag(FLAG_CONTENT_CHECKSUM) ? Integer.BYTES : 0);
      inFrame = false;
      return;
    }
    if (size > maxBlockSize) {
      throw CorruptCompression.damaged(
          "an LZ4 block of %s bytes in a frame of at most %s".formatted(size, maxBlockSize));
    }
    bytes.need(size);
    int room = (int) Math.min(maxBlockSize, (long) MAX_RATIO * size);
    if (room > block.length) {
      block = new byte[room];
    }
    blockAt = 0;
    blockEnd = sizeAndBit < 0 ? copyBlock(size) : decompressBlock(size, room);
    bytes.skip(size + (hasFlag(FLAG_BLOCK_CHECKSUM) ? Integer.BYTES : 0));
  }

  private int copyBlock(int size) {
    System.arraycopy(bytes.array(), bytes.at(), block, 0, size);
    return size;
  }

  private int decompressBlock(int size, int room) throws CorruptCompression {
    try {
      return blocks.decompress(bytes.array(), bytes.at(), size, block, 0, room);
    } catch (LZ4Exception e) {
      throw CorruptCompression.damaged("an LZ4 block is damaged", e);
    }
  }

  private boolean hasFlag(int flag) {
    return (flags & flag) != 0;
  }
}
