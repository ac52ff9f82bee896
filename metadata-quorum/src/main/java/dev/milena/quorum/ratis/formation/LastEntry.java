package dev.milena.quorum.ratis.formation;

/**
 * The last entry of a voter's log. Of two logs the one that ends in the later term is further, and
 * of one term the longer (Raft §5.4.1); only who is as far as a majority can be elected.
 */
public record LastEntry(long term, long index) implements Comparable<LastEntry> {
  @Override
  public int compareTo(LastEntry other) {
    int byTerm = Long.compare(term, other.term);
    return byTerm != 0 ? byTerm : Long.compare(index, other.index);
  }
}
