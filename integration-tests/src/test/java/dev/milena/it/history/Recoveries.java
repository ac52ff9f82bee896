package dev.milena.it.history;

import dev.milena.it.history.Event.Value;
import dev.milena.it.history.Recovery.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Finds out of acknowledgements, told in any order, how writes got over faults. */
final class Recoveries {
  private final List<Span> spans;

  /** By partition: the times of all acknowledgements. */
  private final List<LongArray> ackedMs;

  /** By span and partition: when the first record that was sent since its end was acknowledged. */
  private final long[][] firstMs;

  Recoveries(List<Span> spans, int partitions) {
    this.spans = List.copyOf(spans);
    this.ackedMs = Stream.generate(LongArray::new).limit(partitions).toList();
    this.firstMs = new long[spans.size()][partitions];
    for (long[] ofSpan : firstMs) {
      Arrays.fill(ofSpan, Recovery.NEVER);
    }
  }

  void take(Event event) {
    if (event instanceof Event.Acked(Value value, long _, long sentMs, long atMs)) {
      int partition = value.partition();
      LongArray times = ackedMs.get(partition);
      times.set(times.size(), atMs);
      for (int i = 0; i < firstMs.length; i++) {
        if (spans.get(i).endMs() <= sentMs) {
          firstMs[i][partition] = Math.min(firstMs[i][partition], atMs);
        }
      }
    }
  }

  /** For each span. */
  List<Recovery> found() {
    List<long[]> sorted = ackedMs.stream().map(Recoveries::sorted).toList();
    List<Recovery> found = new ArrayList<>();
    for (int i = 0; i < spans.size(); i++) {
      Span span = spans.get(i);
      long longest = 0;
      int where = 0;
      for (int partition = 0; partition < sorted.size(); partition++) {
        long standstill = standstill(sorted.get(partition), span);
        where = standstill > longest ? partition : where;
        longest = Math.max(longest, standstill);
      }
      long last = Arrays.stream(firstMs[i]).max().orElse(Recovery.NEVER);
      long afterEnd = last == Recovery.NEVER ? Recovery.NEVER : last - span.endMs();
      found.add(new Recovery(longest, where, afterEnd));
    }
    return found;
  }

  private static long[] sorted(LongArray times) {
    long[] all = new long[times.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = times.get(i);
    }
    Arrays.sort(all);
    return all;
  }

  private static long standstill(long[] ackedMs, Span span) {
    long longest = 0;
    long before = span.beginMs();
    for (long atMs : ackedMs) {
      if (atMs <= span.beginMs()) {
        continue;
      }
      if (before > span.endMs() + Span.SOON_MS) {
        return longest;
      }
      longest = Math.max(longest, atMs - before);
      before = atMs;
    }
    // Nothing came any more.
    return Math.max(longest, before < span.endMs() ? Recovery.NEVER : longest);
  }
}
