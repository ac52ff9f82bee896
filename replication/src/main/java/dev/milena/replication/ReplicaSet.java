package dev.milena.replication;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A few broker ids, ascending, without repeats; immutable and walked without allocation. */
public final class ReplicaSet {
  /** Nobody. */
  public static final ReplicaSet EMPTY = new ReplicaSet(new int[0]);

  private final int[] ids;

  private ReplicaSet(int[] ids) {
    this.ids = ids;
  }

  /** A set of the given ids, in any order; repeats count once. */
  public static ReplicaSet of(int... ids) {
    return new ReplicaSet(Arrays.stream(ids).sorted().distinct().toArray());
  }

  /** How many. */
  public int size() {
    return ids.length;
  }

  /** The id at a place, {@code 0 <= place < size()}, in ascending order. */
  public int id(int place) {
    return ids[place];
  }

  /** Whether the broker is one of them. */
  public boolean contains(int id) {
    return Arrays.binarySearch(ids, id) >= 0;
  }

  /** Everybody who is in one or the other. */
  public ReplicaSet union(ReplicaSet other) {
    int[] both = Arrays.copyOf(ids, ids.length + other.ids.length);
    System.arraycopy(other.ids, 0, both, ids.length, other.ids.length);
    return of(both);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ReplicaSet that && Arrays.equals(ids, that.ids);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ids);
  }

  @Override
  public String toString() {
    return Arrays.toString(ids);
  }
}
