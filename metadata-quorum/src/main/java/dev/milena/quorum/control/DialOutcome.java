package dev.milena.quorum.control;

import dev.milena.metadata.IncarnationId;

/** What became of calling a broker at its advertised address. */
public sealed interface DialOutcome {
  /** Nobody listens there: the process is gone. */
  record Refused() implements DialOutcome {}

  /** A process answered; which run it is. */
  record Answered(IncarnationId incarnation) implements DialOutcome {}

  /** No answer in time, or no way there: it may be alive behind a broken network. */
  record Silent() implements DialOutcome {}
}
