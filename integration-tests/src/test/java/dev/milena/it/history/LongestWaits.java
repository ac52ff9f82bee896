package dev.milena.it.history;

import dev.milena.it.history.Event.Value;
import dev.milena.it.history.Recovery.Span;
import java.util.Arrays;
import java.util.List;

/** Finds out of acknowledgements, told in any order, how long writes took at times. */
final class LongestWaits {
  private final List<Span> spans;
  private final long[] longestMs;

  LongestWaits(List<Span> spans) {
    this.spans = List.copyOf(spans);
    this.longestMs = new long[spans.size()];
  }

  void take(Event event) {
    if (event instanceof Event.Acked(Value _, long _, long sentMs, long atMs)) {
      for (int i = 0; i < longestMs.length; i++) {
        if (spans.get(i).beginMs() <= atMs && atMs <= spans.get(i).endMs()) {
          longestMs[i] = Math.max(longestMs[i], atMs - sentMs);
        }
      }
    }
  }

  /** For each span; 0 when nothing was acknowledged in it. */
  List<Long> foundMs() {
    return Arrays.stream(longestMs).boxed().toList();
  }
}
