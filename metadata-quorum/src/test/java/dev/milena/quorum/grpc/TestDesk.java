package dev.milena.quorum.grpc;

import dev.milena.metadata.IncarnationId;
import dev.milena.quorum.control.Beat;
import dev.milena.quorum.control.SessionDesk;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A desk that writes down what is reported, and is staffed or not as it is told. */
public final class TestDesk implements SessionDesk {
  private final CopyOnWriteArrayList<String> reports = new CopyOnWriteArrayList<>();
  private final CopyOnWriteArrayList<Beat> beats = new CopyOnWriteArrayList<>();
  private final TreeMap<Long, Consumer<Boolean>> spreads = new TreeMap<>();
  private final CopyOnWriteArrayList<Long> walls = new CopyOnWriteArrayList<>();
  private volatile boolean staffed;
  private volatile OptionalLong aheadMs = OptionalLong.empty();

  /** Somebody sits here from now on, or nobody. */
  public void staffed(boolean isStaffed) {
    staffed = isStaffed;
  }

  /** Streams that began and ended, as "opened 5 RUN #1" and "ended 5 #1". */
  public List<String> reports() {
    return List.copyOf(reports);
  }

  /** What was said, in order. */
  public List<Beat> beats() {
    return List.copyOf(beats);
  }

  /** What wall clocks were said to show, in order. */
  public List<Long> walls() {
    return List.copyOf(walls);
  }

  /** From now on the cluster's time is so far ahead of the monotonic clock. */
  public void clusterTimeIs(long newAheadMs) {
    aheadMs = OptionalLong.of(newAheadMs);
  }

  /** The indexes that somebody waits for. */
  public synchronized List<Long> awaited() {
    return List.copyOf(spreads.keySet());
  }

  /** Answers who waits for an index. */
  public synchronized void answer(long index, boolean spread) {
    Consumer<Boolean> waiting = spreads.remove(index);
    if (waiting != null) {
      waiting.accept(spread);
    }
  }

  @Override
  public boolean isStaffed() {
    return staffed;
  }

  @Override
  public boolean opened(int broker, IncarnationId run, long session) {
    if (staffed) {
      reports.add("opened " + broker + " " + run + " #" + session);
    }
    return staffed;
  }

  @Override
  public boolean beat(int broker, long session, Beat beat, OptionalLong wallMs) {
    if (staffed) {
      beats.add(beat);
      wallMs.ifPresent(walls::add);
    }
    return staffed;
  }

  @Override
  public OptionalLong clusterTimeAheadMs() {
    return aheadMs;
  }

  @Override
  public void ended(int broker, long session) {
    reports.add("ended " + broker + " #" + session);
  }

  @Override
  public synchronized void awaitSpread(long index, long timeoutMs, Consumer<Boolean> answer) {
    spreads.put(index, answer);
  }
}
