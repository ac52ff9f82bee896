package dev.milena.quorum.ratis;

/**
 * Which part of a snapshot Ratis takes for the next one. A first part begins anew; any other has to
 * be of the sending that is under way, and to follow the one before. Pure.
 *
 * @param requestId of the sending; empty before there is one
 * @param next the number of its next part
 */
record PartOrder(String requestId, int next) {
  /** Nothing came yet. */
  static final PartOrder NOTHING = new PartOrder("", 0);

  /** Whether this part may come now. */
  boolean expects(String partOf, int index) {
    return index == 0 || (partOf.equals(requestId) && index == next);
  }

  /** Ratis has taken this part in. */
  PartOrder with(String partOf, int index) {
    return new PartOrder(partOf, index + 1);
  }
}
