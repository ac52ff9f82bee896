package dev.milena.metadata.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * XXH64, the 64-bit xxHash (specification of Yann Collet, version 0.1.1): fast, well mixed, and the
 * same on every machine. It guards against mistakes and decay, not against forgery.
 *
 * <p>The state hash is the sum, modulo 2^64, of the hashes of all rows: a row's change takes its
 * old hash away and adds the new one, in any order.
 */
public final class RowHash {
  private static final long P1 = 0x9E3779B185EBCA87L;
  private static final long P2 = 0xC2B2AE3D27D4EB4FL;
  private static final long P3 = 0x165667B19E3779F9L;
  private static final long P4 = 0x85EBCA77C2B2AE63L;
  private static final long P5 = 0x27D4EB2F165667C5L;
  private static final int STRIPE_BYTES = 32;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private RowHash() {}

  /** The hash of a row; a row with another key or another value has another. */
  public static long ofRow(byte[] key, byte[] value) {
    return of(value, of(key, 0));
  }

  /** XXH64 of the bytes under a seed. */
  public static long of(byte[] bytes, long seed) {
    int at = 0;
    long hash;
    if (bytes.length >= STRIPE_BYTES) {
      long a = seed + P1 + P2;
      long b = seed + P2;
      long c = seed;
      long d = seed - P1;
      for (; at <= bytes.length - STRIPE_BYTES; at += STRIPE_BYTES) {
        a = round(a, longAt(bytes, at));
        b = round(b, longAt(bytes, at + 8));
        c = round(c, longAt(bytes, at + 16));
        d = round(d, longAt(bytes, at + 24));
      }
      hash =
          Long.rotateLeft(a, 1)
              + Long.rotateLeft(b, 7)
              + Long.rotateLeft(c, 12)
              + Long.rotateLeft(d, 18);
      hash = merge(merge(merge(merge(hash, a), b), c), d);
    } else {
      hash = seed + P5;
    }
    return avalanche(tail(hash + bytes.length, bytes, at));
  }

  private static long tail(long hash, byte[] bytes, int from) {
    long h = hash;
    int at = from;
    for (; at <= bytes.length - Long.BYTES; at += Long.BYTES) {
      h = Long.rotateLeft(h ^ round(0, longAt(bytes, at)), 27) * P1 + P4;
    }
    if (at <= bytes.length - Integer.BYTES) {
      long word = Integer.toUnsignedLong((int) INTS.get(bytes, at));
      h = Long.rotateLeft(h ^ (word * P1), 23) * P2 + P3;
      at += Integer.BYTES;
    }
    for (; at < bytes.length; at++) {
      h = Long.rotateLeft(h ^ ((bytes[at] & 0xFF) * P5), 11) * P1;
    }
    return h;
  }

  private static long round(long lane, long input) {
    return Long.rotateLeft(lane + input * P2, 31) * P1;
  }

  private static long merge(long hash, long lane) {
    return (hash ^ round(0, lane)) * P1 + P4;
  }

  private static long avalanche(long hash) {
    long h = (hash ^ (hash >>> 33)) * P2;
    h = (h ^ (h >>> 29)) * P3;
    return h ^ (h >>> 32);
  }

  private static long longAt(byte[] bytes, int at) {
    return (long) LONGS.get(bytes, at);
  }
}
