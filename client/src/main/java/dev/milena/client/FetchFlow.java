package dev.milena.client;

import dev.milena.client.connection.HostPort;
import dev.milena.proto.v1.FetchForm;
import dev.milena.proto.v1.FetchRequest;
import dev.milena.proto.v1.FetchResponse;
import dev.milena.proto.v1.LogPlace;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import io.grpc.Channel;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reading one partition: where it stands, the stream it reads from, and when to try again.
 *
 * <p>The thread that polls owns it. A stream that breaks is replaced at the same position, so
 * nothing is read twice and nothing is left out.
 */
@OwnedBy(Owner.CREATOR)
final class FetchFlow {
  private static final long SILENCE_GRACE_MS = 5_000;

  private final TopicPartition partition;
  private final Around around;
  private StartAt position;
  private @Nullable FetchStream stream;
  private boolean lookingUp;
  private boolean leaderDoubted;
  private int failedAttempts;

  /** Whether the stream has answered since it was begun. */
  private boolean answered;

  private @Nullable MilenaException lastFailure;

  /** Why nothing more is read until {@link #readFrom} is told. */
  private @Nullable MilenaException end;

  private @Nullable HostPort leader;

  /** When to act next if nothing is heard: try again, or give up the stream. */
  private long dueNanos;

  FetchFlow(
      TopicPartition partition,
      StartAt start,
      ConsumerSettings settings,
      Function<HostPort, Channel> channels,
      LeaderCache leaders,
      Consumer<FetchEvent> events) {
    this.partition = partition;
    this.position = start;
    this.around = new Around(settings, channels, leaders, events);
    this.dueNanos = System.nanoTime();
  }

  /** What all partitions of a consumer share. */
  private record Around(
      ConsumerSettings settings,
      Function<HostPort, Channel> channels,
      LeaderCache leaders,
      Consumer<FetchEvent> events) {}

  TopicPartition partition() {
    return partition;
  }

  StartAt position() {
    return position;
  }

  /** How long until {@link #act} has something to do. */
  long dueInNanos(long now) {
    return lookingUp || end != null ? Long.MAX_VALUE : dueNanos - now;
  }

  /** Begins or begins again when it is time; gives up a stream that has been silent too long. */
  void act(long now) {
    if (lookingUp || end != null || dueNanos - now > 0) {
      return;
    }
    FetchStream open = stream;
    if (open != null) {
      if (open.hasAnswers()) {
        heard(now);
      } else {
        failed(ClientReason.TIMED_OUT.failure(who() + " went silent"), now);
      }
      return;
    }
    Optional<Leaders> known = around.leaders().known(partition.topic());
    if (known.isEmpty() || leaderDoubted) {
      lookUp();
      return;
    }
    Optional<HostPort> led = known.get().of(partition.partition());
    if (led.isEmpty()) {
      failed(
          new MilenaException(
              "LEADER_NOT_AVAILABLE", "UNAVAILABLE", partition + " has no leader", Map.of()),
          now);
      return;
    }
    leader = led.get();
    FetchStream opened = new FetchStream(around.channels().apply(led.get()));
    stream = opened;
    heard(now);
    opened.start(this, request(), around.settings().answersAhead(), around.events());
  }

  private void lookUp() {
    lookingUp = true;
    leaderDoubted = false;
    var _ =
        around
            .leaders()
            .refresh(partition.topic())
            .whenComplete((found, thrown) ->
                around
                    .events()
                    .accept(
                        new FetchEvent.LookedUp(
                            this,
                            thrown instanceof MilenaException why
                                ? Optional.of(why)
                                : Optional.empty())));
  }

  /**
   * An answer about leaders came, good or bad. While an earlier one is known, that one is tried.
   *
   * @throws MilenaException when there is no such topic any more
   */
  void lookedUp(Optional<MilenaException> failure, long now) {
    lookingUp = false;
    if (end != null) {
      return;
    }
    if (around.leaders().known(partition.topic()).isEmpty()) {
      failed(
          failure.orElseGet(() ->
              new MilenaException(
                  "LEADER_NOT_AVAILABLE",
                  "UNAVAILABLE",
                  "the leader of " + partition + " could not be found out",
                  Map.of())),
          now);
    } else {
      dueNanos = now;
    }
  }

  /** Which broker is or was read from, for messages. */
  String who() {
    HostPort at = leader;
    return "the leader of " + partition + (at == null ? "" : " at " + at);
  }

  /** Why this is the end; empty while there are attempts. */
  Optional<MilenaException> end() {
    return Optional.ofNullable(end);
  }

  /** Reads on, or again, at another place. */
  void readFrom(StartAt place, long now) {
    stop("read from elsewhere");
    end = null;
    lastFailure = null;
    failedAttempts = 0;
    position = place;
    dueNanos = now;
  }

  /** Reads no further: what comes next cannot be read, wherever it is asked for. */
  void endWith(MilenaException failure) {
    stop(failure.reason());
    end = failure;
  }

  /** Whether the leader answers. */
  boolean isConnected() {
    return stream != null && answered;
  }

  /** Why the last attempt failed; empty while one is under way that may still succeed. */
  Optional<MilenaException> failing() {
    return stream == null ? Optional.ofNullable(lastFailure) : Optional.empty();
  }

  boolean isReading() {
    return stream != null;
  }

  boolean isCurrent(FetchStream other) {
    return stream == other;
  }

  /**
   * Takes an answer, and goes on behind it.
   *
   * @return empty when there was nothing new
   */
  Optional<FetchedBatches> take(FetchResponse answer, long now) {
    failedAttempts = 0;
    answered = true;
    lastFailure = null;
    heard(now);
    position = new StartAt.Offset(answer.getNextOffset());
    FetchStream current = stream;
    if (current != null) {
      current.more();
    }
    if (answer.getBatches().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new FetchedBatches(
            partition,
            answer.getBatches().asReadOnlyByteBuffer(),
            answer.getStartOffset(),
            answer.getNextOffset(),
            answer.getLogStartOffset(),
            answer.getHighWatermark()));
  }

  /**
   * The stream broke, or could not be begun.
   *
   * @throws MilenaException when another attempt would not help
   */
  void failed(MilenaException failure, long now) {
    stop(failure.reason());
    if (!failure.retriable() && BrokenStream.endsReading(failure)) {
      end = failure;
      throw failure;
    }
    failedAttempts++;
    boolean hinted = hint(failure);
    leaderDoubted = !hinted;
    lastFailure = hinted ? null : failure;
    dueNanos =
        hinted && failedAttempts == 1
            ? now
            : now + Retry.backoffNanos(failedAttempts, failure.about());
  }

  /** Stops reading; what was not taken yet is forgotten. */
  void stop(String why) {
    FetchStream open = stream;
    stream = null;
    answered = false;
    if (open != null) {
      open.end(why);
    }
  }

  private void heard(long now) {
    dueNanos =
        now + TimeUnit.MILLISECONDS.toNanos(2L * around.settings().maxWaitMs() + SILENCE_GRACE_MS);
  }

  private boolean hint(MilenaException failure) {
    String address = failure.about().get("leaderAddress");
    if (!Retry.elsewhere(failure) || address == null) {
      return false;
    }
    try {
      around.leaders().hint(partition.topic(), partition.partition(), HostPort.parse(address));
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private FetchRequest request() {
    FetchRequest.Builder request =
        FetchRequest.newBuilder()
            .setTopic(partition.topic())
            .setPartition(partition.partition())
            .setForm(FetchForm.FETCH_FORM_BATCHES)
            .setMinBytes(around.settings().minBytes())
            .setMaxBytes(around.settings().maxBytes())
            .setMaxWaitMs(around.settings().maxWaitMs());
    switch (position) {
      case StartAt.Offset(long offset) -> request.setOffset(offset);
      case StartAt.Time(long timestampMs) -> request.setTimestampMs(timestampMs);
      case StartAt.Earliest() -> request.setPlace(LogPlace.EARLIEST);
      case StartAt.Latest() -> request.setPlace(LogPlace.LATEST);
    }
    return request.build();
  }
}
