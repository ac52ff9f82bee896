package dev.milena.quorum.grpc.server;

import dev.milena.metadata.IncarnationId;
import dev.milena.proto.peer.v1.BrokerBeat;
import dev.milena.proto.peer.v1.LeaderBeat;
import dev.milena.quorum.control.Beat;
import dev.milena.quorum.control.SessionDesk;
import dev.milena.quorum.control.Silence;
import dev.milena.quorum.grpc.IncarnationBytes;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * One broker's standing stream. One beat is read at a time, and the next when its answer was taken,
 * so that a broker which does not read its answers says nothing more.
 *
 * <p>Beats come on one thread after the other, an end on any; the lock keeps gRPC's observer, which
 * bears one at a time, to one.
 */
final class SessionStream {
  private final int broker;
  private final long number;
  private final SessionDesk desk;
  private final ServerCallStreamObserver<LeaderBeat> out;
  private final Function<Boolean, LeaderBeat> answer;
  private boolean opened;
  private boolean ended;
  private boolean wantsBeat;

  /**
   * @param number never used again in this process
   * @param answer to a beat: whether the leader heard it
   */
  SessionStream(
      int broker,
      long number,
      SessionDesk desk,
      ServerCallStreamObserver<LeaderBeat> out,
      Function<Boolean, LeaderBeat> answer) {
    this.broker = broker;
    this.number = number;
    this.desk = desk;
    this.out = out;
    this.answer = answer;
  }

  int broker() {
    return broker;
  }

  /** Reads the first beat. */
  synchronized void begin() {
    out.request(1);
  }

  /** The broker takes answers again. */
  synchronized void ready() {
    if (wantsBeat && !ended) {
      wantsBeat = false;
      out.request(1);
    }
  }

  /**
   * Hands a beat to the desk and answers it.
   *
   * @return whether the stream goes on
   */
  synchronized boolean beat(BrokerBeat beat) {
    if (ended) {
      return false;
    }
    if (!opened) {
      Optional<IncarnationId> run = IncarnationBytes.read(beat.getIncarnation());
      if (run.isEmpty()) {
        end(
            Status.INVALID_ARGUMENT,
            "an incarnation has 16 bytes, got " + beat.getIncarnation().size());
        return false;
      }
      opened = desk.opened(broker, run.get(), number);
    }
    Silence silence = new Silence(beat.getOldestCallMs(), beat.getLoopStepMs());
    Beat said = new Beat(beat.getAcknowledgedIndex(), beat.getReady(), beat.getLeaving(), silence);
    OptionalLong wallMs =
        beat.hasWallClockMs() ? OptionalLong.of(beat.getWallClockMs()) : OptionalLong.empty();
    if (!opened || !desk.beat(broker, number, said, wallMs)) {
      dismiss();
      return false;
    }
    out.onNext(answer.apply(true));
    if (out.isReady()) {
      out.request(1);
    } else {
      wantsBeat = true;
    }
    return true;
  }

  /** Says who leads, as far as is known, and ends. */
  synchronized void dismiss() {
    if (!ended) {
      gone();
      out.onNext(answer.apply(false));
      out.onCompleted();
    }
  }

  /** Ends in good order. */
  synchronized void complete() {
    if (!ended) {
      gone();
      out.onCompleted();
    }
  }

  /** Ends with a reason. */
  synchronized void end(Status status, String why) {
    if (!ended) {
      gone();
      out.onError(status.withDescription(why).asRuntimeException());
    }
  }

  /** It is over, whoever ended it: the desk is told, and before the broker is. */
  synchronized void gone() {
    if (!ended) {
      ended = true;
      if (opened) {
        desk.ended(broker, number);
      }
    }
  }
}
