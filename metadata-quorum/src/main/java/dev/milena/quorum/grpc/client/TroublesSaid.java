package dev.milena.quorum.grpc.client;

import java.util.TreeSet;

/**
 * What went wrong since it last went well, so that each trouble is said once and not with every
 * attempt. Bounded; has one owner.
 */
final class TroublesSaid {
  private static final int MAX_KEPT = 32;

  private final TreeSet<String> said = new TreeSet<>();

  /** Whether this was not said before. */
  boolean isNew(String trouble) {
    if (said.size() >= MAX_KEPT) {
      said.clear();
    }
    return said.add(trouble);
  }

  /** It goes well again. */
  void forget() {
    said.clear();
  }
}
