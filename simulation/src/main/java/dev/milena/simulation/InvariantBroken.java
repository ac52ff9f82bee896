package dev.milena.simulation;

/**
 * An invariant of the replication rules does not hold; the name is that of the rules (I1, I3 ...).
 */
public final class InvariantBroken extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String invariant;

  /** Names the invariant and what broke it. */
  public InvariantBroken(String invariant, String message) {
    super(invariant + ": " + message);
    this.invariant = invariant;
  }

  /** For example {@code I1}. */
  public String invariant() {
    return invariant;
  }
}
