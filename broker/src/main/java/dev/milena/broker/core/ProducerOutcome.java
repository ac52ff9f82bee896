package dev.milena.broker.core;

/** The answer to a producer that wants an id. */
public sealed interface ProducerOutcome {
  /** Nobody has this id, or ever had. Its epochs and sequence numbers begin at 0. */
  record Given(long producerId) implements ProducerOutcome {}

  /** Not now. */
  record NotGiven(Refusal refusal) implements ProducerOutcome {}
}
