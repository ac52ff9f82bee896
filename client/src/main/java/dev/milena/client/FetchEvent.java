package dev.milena.client;

import dev.milena.proto.v1.FetchResponse;
import java.util.Optional;

/** What the network and the leader cache tell a consumer. */
sealed interface FetchEvent {
  /** Which partition's reading it is about. */
  FetchFlow flow();

  /** The stream's next answer. */
  record Answered(FetchFlow flow, FetchStream stream, FetchResponse answer) implements FetchEvent {}

  /** The stream ended. */
  record Broken(FetchFlow flow, FetchStream stream, Throwable why) implements FetchEvent {}

  /** Leaders were looked up; or not, and why. */
  record LookedUp(FetchFlow flow, Optional<MilenaException> failure) implements FetchEvent {}
}
