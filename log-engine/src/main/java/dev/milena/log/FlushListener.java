package dev.milena.log;

/** Learns what became of a flush. Called on a flush thread: it posts to a mailbox and returns. */
@FunctionalInterface
public interface FlushListener {
  /** One round is over for one log. */
  void flushed(FlushResult result);
}
