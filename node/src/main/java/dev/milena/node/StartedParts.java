package dev.milena.node;

import dev.milena.node.exit.ExitCode;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has been started so far, to be stopped in reverse: nothing is taken away from under a part
 * that still runs.
 *
 * <p>A part that fails to stop is said and does not keep the others running.
 */
@OwnedBy(Owner.ANY_THREAD)
final class StartedParts {
  private static final Logger LOG = LoggerFactory.getLogger(StartedParts.class);

  /** How a part is stopped; returns when it has stopped. */
  @FunctionalInterface
  interface Stop {
    void stop() throws IOException, InterruptedException;
  }

  private record Part(String name, Stop stop) {}

  /**
   * A part that did not stop in order.
   *
   * @param code whose failure it is: of storage, or a bug
   * @param why the part's name and what went wrong, for a person
   */
  record Failed(ExitCode code, String why) {
    static Failed of(String part, Exception failure) {
      ExitCode code = ExitCode.ofFailure(failure);
      return new Failed(
          code,
          part
              + ": "
              + (code == ExitCode.BUG
                  ? failure + "; this should not happen, report it with the log"
                  : failure.getMessage()));
    }
  }

  private final Deque<Part> parts = new ArrayDeque<>();
  private final Deque<Runnable> connections = new ArrayDeque<>();
  private volatile String stopping = "";

  /** Remembers a part that has just been started. */
  synchronized void add(String name, Stop stop) {
    parts.push(new Part(name, stop));
  }

  /** Remembers how connections of a part are cut; it must not wait for a disk. */
  synchronized void reachedBy(Runnable cut) {
    connections.push(cut);
  }

  /**
   * Cuts all connections, and gives the ports back, the last first: for a process that ends without
   * stopping its parts, and that a disk may keep from ending.
   */
  void cutOff() {
    Runnable cut = nextConnections();
    if (cut != null) {
      try {
        cut.run();
      } finally {
        cutOff();
      }
    }
  }

  private synchronized @Nullable Runnable nextConnections() {
    return connections.poll();
  }

  /**
   * Stops all that was started, the last first. A second call has nothing left to do.
   *
   * @return the parts that failed, in the order of the stop
   */
  List<Failed> stopAll() {
    List<Failed> failed = new ArrayList<>();
    for (Part part = next(); part != null; part = next()) {
      stopping = part.name();
      try {
        part.stop().stop();
        LOG.atDebug().addKeyValue("part", part.name()).log("stopped");
      } catch (IOException | RuntimeException e) {
        LOG.atError().addKeyValue("part", part.name()).setCause(e).log("did not stop in order");
        failed.add(Failed.of(part.name(), e));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        failed.add(new Failed(ExitCode.STORAGE, part.name() + ": interrupted"));
      }
    }
    stopping = "";
    return failed;
  }

  /** The part that is being stopped now; empty between parts and when all is done. */
  String stopping() {
    return stopping;
  }

  private synchronized @Nullable Part next() {
    return parts.poll();
  }
}
