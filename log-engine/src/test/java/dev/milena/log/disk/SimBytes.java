package dev.milena.log.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;

/** The bytes of a file on a {@link SimDisk}, sector by sector: cached, and on the device. */
final class SimBytes implements SimNode {
  static final int SECTOR_BYTES = 512;

  private byte[] cached = new byte[SECTOR_BYTES];
  private byte[] durable = new byte[SECTOR_BYTES];
  private int size;
  private int durableSize;
  private final BitSet dirty = new BitSet();

  int size() {
    return size;
  }

  void write(ByteBuffer source, long position, int count) throws IOException {
    int end = Math.toIntExact(position + count);
    grow(end);
    source.get(cached, (int) position, count);
    size = Math.max(size, end);
    touch((int) position, end);
  }

  int read(ByteBuffer target, long position) {
    if (position >= size) {
      return -1;
    }
    int count = Math.min(target.remaining(), size - (int) position);
    target.put(cached, (int) position, count);
    return count;
  }

  void truncate(long newSize) {
    if (newSize < size) {
      Arrays.fill(cached, (int) newSize, size, (byte) 0);
      touch((int) newSize, size);
      size = (int) newSize;
    }
  }

  void sync() {
    for (int sector = dirty.nextSetBit(0); sector >= 0; sector = dirty.nextSetBit(sector + 1)) {
      System.arraycopy(cached, sector * SECTOR_BYTES, durable, sector * SECTOR_BYTES, SECTOR_BYTES);
    }
    dirty.clear();
    durableSize = size;
  }

  /** A sync that fails: what it lost is clean in the cache, and no later sync will write it. */
  void failSync(SplittableRandom random) {
    for (int sector = dirty.nextSetBit(0); sector >= 0; sector = dirty.nextSetBit(sector + 1)) {
      if (random.nextBoolean()) {
        dirty.clear(sector);
      }
    }
  }

  /** Changes a bit on the device and in the cache. */
  void flip(long position, int bit) {
    cached[(int) position] ^= (byte) (1 << bit);
    durable[(int) position] ^= (byte) (1 << bit);
  }

  @Override
  public SimBytes survivor(SplittableRandom random, Survival survival) {
    SimBytes survivor = new SimBytes();
    survivor.cached = durable.clone();
    survivor.durable = durable.clone();
    survivor.size = survivingSize(random, survival);
    for (int sector = dirty.nextSetBit(0); sector >= 0; sector = dirty.nextSetBit(sector + 1)) {
      if (survival.keeps(random)) {
        System.arraycopy(
            cached, sector * SECTOR_BYTES, survivor.cached, sector * SECTOR_BYTES, SECTOR_BYTES);
      }
    }
    Arrays.fill(survivor.cached, survivor.size, survivor.cached.length, (byte) 0);
    System.arraycopy(survivor.cached, 0, survivor.durable, 0, survivor.cached.length);
    survivor.durableSize = survivor.size;
    return survivor;
  }

  private int survivingSize(SplittableRandom random, Survival survival) {
    return switch (survival) {
      case NOTHING_MORE -> durableSize;
      case EVERYTHING -> size;
      case SOME ->
          size > durableSize
              ? random.nextInt(durableSize, size + 1)
              : random.nextBoolean() ? size : durableSize;
    };
  }

  private void touch(int from, int end) {
    dirty.set(from / SECTOR_BYTES, (end + SECTOR_BYTES - 1) / SECTOR_BYTES);
  }

  private void grow(int bytes) {
    if (bytes > cached.length) {
      int sectors = Integer.highestOneBit(Math.max(1, (bytes - 1) / SECTOR_BYTES)) * 2;
      cached = Arrays.copyOf(cached, sectors * SECTOR_BYTES);
      durable = Arrays.copyOf(durable, sectors * SECTOR_BYTES);
    }
  }
}
