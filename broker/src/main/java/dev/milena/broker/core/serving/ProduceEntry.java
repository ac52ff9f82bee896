package dev.milena.broker.core.serving;

import dev.milena.broker.core.Acks;
import dev.milena.broker.core.ClusterTime;
import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.PartOutcome;
import dev.milena.broker.core.ProduceCall;
import dev.milena.broker.core.Refusal;
import dev.milena.broker.core.hosting.BrokerClock;
import dev.milena.broker.core.hosting.ClientRequest;
import dev.milena.broker.core.hosting.PartitionAddress;
import dev.milena.broker.core.hosting.ProduceAnswer;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** The way of batches from a call to the loops of their partitions, and of the answers back. */
@OwnedBy(Owner.ANY_THREAD)
final class ProduceEntry {
  private final PartitionRouting routing;
  private final BytesInFlight inFlight;
  private final BrokerClock clock;
  private final SessionRule session;
  private final Supplier<Optional<ClusterTime>> quorumHeard;

  /**
   * @param quorumHeard when a leader of the quorum answered this broker last
   */
  ProduceEntry(
      PartitionRouting routing,
      BytesInFlight inFlight,
      BrokerClock clock,
      SessionRule session,
      Supplier<Optional<ClusterTime>> quorumHeard) {
    this.routing = routing;
    this.inFlight = inFlight;
    this.clock = clock;
    this.session = session;
    this.quorumHeard = quorumHeard;
  }

  /** Stores the parts, each on its own; answers when all have ended. */
  void produce(ProduceCall call, Consumer<? super List<PartOutcome>> answer) {
    if (call.parts().size() == 1) {
      part(call, call.parts().getFirst(), outcome -> answer.accept(List.of(outcome)));
      return;
    }
    int count = call.parts().size();
    var outcomes = new AtomicReferenceArray<PartOutcome>(count);
    var left = new AtomicInteger(count);
    for (int i = 0; i < count; i++) {
      int place = i;
      part(
          call,
          call.parts().get(i),
          outcome -> {
            outcomes.set(place, outcome);
            if (left.decrementAndGet() == 0) {
              answer.accept(IntStream.range(0, count).mapToObj(outcomes::get).toList());
            }
          });
    }
  }

  private void part(ProduceCall call, ProduceCall.Part part, Consumer<? super PartOutcome> answer) {
    if (call.timeoutMs() < 1 || call.timeoutMs() > ProduceCall.MAX_TIMEOUT_MS) {
      String bounds =
          "timeout must be 1 to %s ms, got %s"
              .formatted(ProduceCall.MAX_TIMEOUT_MS, call.timeoutMs());
      refuse(part, answer, Refusal.of(ErrorKind.INVALID_REQUEST, part.where(), bounds));
      return;
    }
    switch (ProducedBatches.inspect(part.batches(), part.where())) {
      case ProducedBatches.Inspection.Unfit(Refusal refusal) -> refuse(part, answer, refusal);
      case ProducedBatches.Inspection.Fit(int recordCount) ->
          admit(call, part, recordCount, answer);
    }
  }

  private void admit(
      ProduceCall call,
      ProduceCall.Part part,
      int recordCount,
      Consumer<? super PartOutcome> answer) {
    long bytes = part.batches().remaining();
    if (!inFlight.tryAcquire(bytes)) {
      refuse(part, answer, inFlight.full(part.where()));
      return;
    }
    // Neither this nor the answer may hold the part: whoever waits for an acknowledgement would
    // hold its bytes, which are counted no more once they are in the log.
    Runnable doorsOwn = part.released();
    Runnable released =
        () -> {
          inFlight.release(bytes);
          doorsOwn.run();
        };
    long deadlineMs = clock.monotonicMs() + call.timeoutMs();
    routing.route(
        part.where(),
        route -> {
          switch (route) {
            case PartitionRouting.Route.Here here ->
                offer(
                    here,
                    new ClientRequest.Produce(
                        here.address(),
                        part.batches(),
                        recordCount,
                        call.acks(),
                        deadlineMs,
                        new SureAnswer(here.address(), answer),
                        released));
            case PartitionRouting.Route.Nowhere(Refusal refusal) -> {
              released.run();
              answer.accept(new PartOutcome.NotWritten(refusal.nothingStored()));
            }
          }
        });
  }

  /**
   * A leader of yesterday lacks what others have stored since, and would tell a producer that its
   * batches are not there; so who is out of sequence hears of it only from one who leads for sure.
   */
  private final class SureAnswer implements ProduceAnswer {
    private final PartitionAddress address;
    private final Consumer<? super PartOutcome> answer;

    SureAnswer(PartitionAddress address, Consumer<? super PartOutcome> answer) {
      this.address = address;
      this.answer = answer;
    }

    @Override
    public void accept(PartOutcome outcome) {
      answer.accept(outcome);
    }

    @Override
    public void outOfSequence(int leaderEpoch, Refusal refusal) {
      routing.confirm(
          address,
          leaderEpoch,
          doubt ->
              answer.accept(
                  new PartOutcome.NotWritten(doubt.map(Refusal::nothingStored).orElse(refusal))));
    }
  }

  private void offer(PartitionRouting.Route.Here here, ClientRequest.Produce request) {
    Optional<Refusal> cutOff =
        SessionRule.concerns(here.partition().replicas().size(), request.acks())
            ? session.refusal(here.address().name(), quorumHeard.get(), clock.monotonicMs())
            : Optional.empty();
    if (cutOff.isPresent()) {
      request.refuseUntouched(cutOff.get());
    } else if (request.acks() == Acks.NONE) {
      offerUnanswered(here, request);
    } else if (!here.loop().offer(request)) {
      request.refuse(here.loop().mailboxFull(here.address().name()));
    }
  }

  /** acks=none: the answer is given as soon as the loop has taken the request. */
  private void offerUnanswered(PartitionRouting.Route.Here here, ClientRequest.Produce request) {
    var silent =
        new ClientRequest.Produce(
            request.where(),
            request.batches(),
            request.recordCount(),
            Acks.NONE,
            request.deadlineMs(),
            ignored -> {},
            request.released());
    if (here.loop().offer(silent)) {
      request.answer().accept(new PartOutcome.Handed());
    } else {
      request.refuse(here.loop().mailboxFull(here.address().name()));
    }
  }

  private static void refuse(
      ProduceCall.Part part, Consumer<? super PartOutcome> answer, Refusal refusal) {
    part.released().run();
    answer.accept(new PartOutcome.NotWritten(refusal.nothingStored()));
  }
}
