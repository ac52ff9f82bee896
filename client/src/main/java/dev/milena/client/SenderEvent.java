package dev.milena.client;

import dev.milena.proto.v1.ProduceResponse;

/** What others tell the sender. */
sealed interface SenderEvent {
  /** A broker answered the oldest request of a stream. */
  record Answered(ProduceLink link, ProduceResponse answer) implements SenderEvent {}

  /** A stream ended; what was unanswered may or may not have been written. */
  record Broken(ProduceLink link, Throwable why) implements SenderEvent {}

  /** Leaders were looked up. */
  record LeadersKnown(Leaders leaders) implements SenderEvent {}

  /** Leaders could not be looked up. */
  record LeadersUnknown(String topic, MilenaException why) implements SenderEvent {}
}
