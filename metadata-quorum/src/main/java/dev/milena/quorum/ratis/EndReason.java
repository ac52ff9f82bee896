package dev.milena.quorum.ratis;

import dev.milena.quorum.store.StoreDamage;
import java.io.IOException;

/** Why a member ends, and what to do about it, in a sentence each. */
final class EndReason {
  private EndReason() {}

  /** A disk that is full or broken, as a rule. */
  static String logNotWritten(QuorumSettings settings, Throwable cause) {
    return "the quorum's log cannot be written: %s; see to the disk under %s, then start this node again"
        .formatted(innermost(cause), settings.raftFolder());
  }

  /** Neither an answer nor a failure. */
  static String folderSilent(QuorumSettings settings, String what, long ms) {
    return "the disk of the quorum's folder %s does not answer: %s has taken %s ms; look what the system says of the disk, then start this node again (disk.stall.ms=%s)"
        .formatted(settings.folder(), what, ms, settings.tuning().stallMs());
  }

  /** The leader's snapshot finds no place here. */
  static String snapshotNotTakenIn(QuorumSettings settings, Exception cause) {
    String next =
        cause instanceof IOException
            ? "see to the disk under %s, then start this node again".formatted(settings.folder())
            : "report it with the log";
    return "a snapshot of the quorum cannot be taken in: %s; %s".formatted(innermost(cause), next);
  }

  /** It would be sent in vain, again and again. */
  static String sentSnapshotDamaged(StoreDamage damage) {
    return "a snapshot that another voter needs is damaged: %s; check the disk. The next start goes on from the snapshot before it"
        .formatted(damage.getMessage());
  }

  /** A snapshot would vouch for it. */
  static String openMetadataDamaged(QuorumSettings settings, StoreDamage damage) {
    return "a file of the open metadata in %s is damaged: %s; check the disk. The next start makes it anew from the newest whole snapshot and the log"
        .formatted(settings.liveFolder(), damage.getMessage());
  }

  /** Ratis wraps what happened in what it was doing then. */
  private static String innermost(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }
}
