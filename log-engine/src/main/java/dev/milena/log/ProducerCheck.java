package dev.milena.log;

/** Whether a batch of an idempotent producer is the next of it in a log. */
sealed interface ProducerCheck {
  /** It is, or the producer is not known here (KIP-360), or none. */
  ProducerCheck NEXT = new Next();

  record Next() implements ProducerCheck {}

  /** It was stored before, and is among the last five. */
  record Known(long baseOffset, long endOffset, long appendedMs) implements ProducerCheck {}

  /** It is another. */
  record Misfit(SequenceFault fault, String detail) implements ProducerCheck {}
}
