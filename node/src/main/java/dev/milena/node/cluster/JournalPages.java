package dev.milena.node.cluster;

import dev.milena.broker.core.cluster.AuditCall;
import dev.milena.broker.core.cluster.AuditPage;
import dev.milena.metadata.JournalStep;
import dev.milena.quorum.store.RecordStream;
import dev.milena.quorum.store.StoreFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Goes through a member's journal for one call, until the call's time is up. */
final class JournalPages {
  private static final int READ_BYTES = 256 << 10;

  /** A page holds so many characters of sentences, and one change more. */
  private static final int PAGE_CHARS = 1 << 20;

  private final RecordStream journal;
  private final long endNanos;
  private final int readBytes;

  /**
   * For one call.
   *
   * @param endNanos when to stop, on the clock of {@link System#nanoTime}
   */
  JournalPages(RecordStream journal, long endNanos) {
    this(journal, endNanos, READ_BYTES);
  }

  /**
   * For one call.
   *
   * @param readBytes how much of the journal is read between two looks at the clock
   */
  JournalPages(RecordStream journal, long endNanos, int readBytes) {
    this.journal = journal;
    this.endNanos = endNanos;
    this.readBytes = readBytes;
  }

  private boolean isLate() {
    return System.nanoTime() - endNanos > 0;
  }

  /**
   * Learns names from where the history is to the journal's end.
   *
   * @return whether there was time for all
   */
  boolean learn(TopicHistory history) throws StoreFailure {
    List<JournalStep> steps = steps(history.throughIndex() + 1, readBytes);
    while (!steps.isEmpty() && !isLate()) {
      steps.forEach(history::learn);
      steps = steps(history.throughIndex() + 1, readBytes);
    }
    return steps.isEmpty();
  }

  /**
   * The page asked for. When the time is up it ends where it was then, maybe without a change: the
   * next one begins there, so whoever goes on asking comes to the end.
   */
  AuditPage read(AuditCall call, AuditSentences sentences) throws StoreFailure {
    long forgotten = journal.forgottenThrough();
    List<AuditPage.AuditedChange> changes = new ArrayList<>();
    int chars = 0;
    List<JournalStep> steps = steps(begin(call), readBytes);
    while (!steps.isEmpty()) {
      for (JournalStep step : steps) {
        List<String> what = sentences.of(step);
        if (!what.isEmpty()) {
          changes.add(
              new AuditPage.AuditedChange(step.index(), step.timeMs(), step.origin(), what));
          chars += what.stream().mapToInt(String::length).sum();
        }
        if (changes.size() >= call.maxChanges() || chars >= PAGE_CHARS) {
          return page(changes, OptionalLong.of(step.index() + 1), forgotten);
        }
      }
      long next = steps.getLast().index() + 1;
      if (isLate()) {
        return page(changes, OptionalLong.of(next), forgotten);
      }
      steps = steps(next, readBytes);
    }
    return page(changes, OptionalLong.empty(), forgotten);
  }

  private static AuditPage page(
      List<AuditPage.AuditedChange> changes, OptionalLong next, long forgotten) {
    return new AuditPage(changes, next, forgotten);
  }

  /** The first index of interest: the quorum's clock never runs back, so its half is looked at. */
  private long begin(AuditCall call) throws StoreFailure {
    long low = Math.max(call.fromIndex(), journal.forgottenThrough() + 1);
    if (call.sinceMs() == 0) {
      return low;
    }
    long high = applied() + 1;
    while (low < high) {
      long middle = low + (high - low) / 2;
      List<JournalStep> first = steps(middle, 1);
      if (first.isEmpty() || first.getFirst().timeMs() >= call.sinceMs()) {
        high = middle;
      } else {
        low = first.getFirst().index() + 1;
      }
    }
    return low;
  }

  private long applied() throws StoreFailure {
    return switch (journal.read(Long.MAX_VALUE, 1)) {
      case RecordStream.Page.Steps steps -> steps.appliedIndex();
      case RecordStream.Page.Whole whole -> whole.index();
    };
  }

  /** The steps from an index on, or from where the journal begins if that is later. */
  private List<JournalStep> steps(long from, int maxBytes) throws StoreFailure {
    long begin = Math.max(from, journal.forgottenThrough() + 1);
    return switch (journal.read(begin, maxBytes)) {
      case RecordStream.Page.Steps(List<JournalStep> steps, long _) -> steps;
      // more was purged between the two looks; the next one begins later
      case RecordStream.Page.Whole _ -> steps(journal.forgottenThrough() + 1, maxBytes);
    };
  }
}
