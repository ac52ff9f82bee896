package dev.milena.broker.door.grpc;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.Refusal;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Failures that no client can cause and no caller expects. */
final class Bugs {
  private static final Logger LOG = LoggerFactory.getLogger(Bugs.class);

  private static final long RETRY_AFTER_MS = 1_000;

  private Bugs() {}

  /** Answers that nobody reads have filled the memory for buffers: this one found no room. */
  static Refusal noRoom(String where, OutOfMemoryError full) {
    LOG.atWarn()
        .addKeyValue("method", where)
        .addKeyValue("reason", full.getMessage())
        .log("no memory for an answer; clients that do not read hold it");
    return Refusal.of(
            ErrorKind.OVERLOADED,
            "this broker has no memory for the answer; try again in " + RETRY_AFTER_MS + " ms")
        .with("retryAfterMs", Long.toString(RETRY_AFTER_MS));
  }

  /**
   * Logs a bug under a number that the client is told, and nothing else: a stack trace stays here.
   *
   * @param where which method was asked for
   */
  static Refusal report(String where, Throwable bug) {
    String id = Long.toHexString(ThreadLocalRandom.current().nextLong() | Long.MIN_VALUE);
    LOG.atError()
        .addKeyValue("id", id)
        .addKeyValue("method", where)
        .setCause(bug)
        .log("a call failed in a way it should not; report this with the trace below");
    return Refusal.of(
            ErrorKind.INTERNAL,
            "the broker failed in a way it should not; its log says more under id " + id)
        .with("id", id);
  }
}
