package dev.milena.quorum.control;

import dev.milena.metadata.IncarnationId;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** What comes to the controller from other threads; immutable. */
sealed interface ControllerEvent {
  /** The term of who does not lead. */
  long NO_TERM = -1;

  /** This member leads in a term from now on, or, with {@link #NO_TERM}, does not. */
  record Leads(long term) implements ControllerEvent {}

  record Opened(int broker, IncarnationId run, long session) implements ControllerEvent {}

  /**
   * @param wallMs what the broker's wall clock showed, if it said so
   */
  record Heard(int broker, long session, Beat beat, OptionalLong wallMs)
      implements ControllerEvent {}

  record Ended(int broker, long session) implements ControllerEvent {}

  record Dialled(int broker, long term, DialOutcome outcome) implements ControllerEvent {}

  /** A command about a broker was not accepted. */
  record CommandFailed(int broker, long term) implements ControllerEvent {}

  /** An election of preferred leaders was not accepted. */
  record ElectionFailed(long term) implements ControllerEvent {}

  record Awaits(long index, long timeoutMs, Consumer<Boolean> answer) implements ControllerEvent {}
}
