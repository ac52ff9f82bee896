package dev.milena.broker.core.serving;

import dev.milena.metadata.IncarnationId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * Which id this run of the broker goes by, and which earlier run it replaces. Pure.
 *
 * <p>A log directory remembers two runs, so that the registered one is still known when a run dies
 * between writing its own id and registering it. If runs die there again and again, a third id
 * would push the registered one out; so an id that was written and never registered is taken up
 * again. The process that wrote it is over (it held the directory's lock) and has led nothing.
 *
 * <pre>
 *   directory   registered   this run   replaces
 *   [A, ..]     A            new        A          the usual restart
 *   [B, A]      A            B          A          the run before died before it registered
 *   [A, ..]     C            new        A          another disk, or another node: the quorum decides
 *   []          -            new        none       the first start
 * </pre>
 *
 * @param run the id
 * @param replaces the run that is known to be over, {@link IncarnationId#NONE} if none
 */
record RunChoice(UUID run, IncarnationId replaces) {
  /**
   * Chooses.
   *
   * @param known the runs that the log directory remembers, the newest first
   * @param registered the run of this broker that the quorum knows
   * @param fresh an id that nobody has
   */
  static RunChoice of(List<UUID> known, Optional<IncarnationId> registered, UUID fresh) {
    boolean newestNeverRegistered =
        known.size() > 1
            && registered.isPresent()
            && registered.get().equals(idOf(known.get(1)))
            && !registered.get().equals(idOf(known.get(0)));
    if (newestNeverRegistered) {
      return new RunChoice(known.get(0), registered.get());
    }
    return new RunChoice(fresh, known.isEmpty() ? IncarnationId.NONE : idOf(known.getFirst()));
  }

  /**
   * Chooses by the directory that remembers the registered run, if one does: of several, one may be
   * new, or come from elsewhere.
   *
   * @param known of each directory, what it remembers
   */
  static RunChoice ofDirectories(
      List<List<UUID>> known, Optional<IncarnationId> registered, UUID fresh) {
    List<UUID> best =
        known.stream()
            .filter(runs -> runs.stream().map(RunChoice::idOf).anyMatch(isOf(registered)))
            .findFirst()
            .or(() -> known.stream().filter(runs -> !runs.isEmpty()).findFirst())
            .orElse(List.of());
    return of(best, registered, fresh);
  }

  private static Predicate<IncarnationId> isOf(Optional<IncarnationId> registered) {
    return run -> registered.equals(Optional.of(run));
  }

  /** The id as the metadata writes it. */
  IncarnationId incarnation() {
    return idOf(run);
  }

  static IncarnationId idOf(UUID run) {
    return new IncarnationId(run.getMostSignificantBits(), run.getLeastSignificantBits());
  }
}
