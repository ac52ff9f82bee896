package dev.milena.quorum.control;

import dev.milena.metadata.IncarnationId;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.PreferredLeaders;
import dev.milena.metadata.VoterImage;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The leader's duties in one term: carries out what {@link BrokerLiveness}, {@link SpreadWaitlist},
 * {@link LeaderBalance} and {@link HashChecks} ask for, and sees to it that the journal knows the
 * quorum's voters. The controller's thread owns it.
 */
final class TermDuties {
  /** Answers that wait for brokers to know an index; one more is given without the promise. */
  static final int MOST_WAITING = 10_000;

  /** Partitions of one election: an entry of the quorum's log is bounded. */
  static final int ELECTIONS_AT_ONCE = 1_000;

  private static final long LOOK_AGAIN_MS = 30_000;
  private static final long ELECTION_PAUSE_MS = 1_000;

  /** Voters that this leader changes are noted at once; this is for what is left over. */
  static final long VOTERS_EVERY_MS = 5_000;

  private static final Logger log = LoggerFactory.getLogger(TermDuties.class);

  private final long term;
  private final ControllerLoop.Surroundings around;
  private final Consumer<ControllerEvent> post;
  private final BrokerLiveness liveness;
  private final ClusterClock clock = new ClusterClock();
  private final SpreadWaitlist<Consumer<Boolean>> waitlist = new SpreadWaitlist<>(MOST_WAITING);
  private final LeaderBalance balance = new LeaderBalance();
  private final HashChecks checks;
  private final TreeMap<Long, Stream> streams = new TreeMap<>();
  private RegisteredBrokers.Seen seen = RegisteredBrokers.Seen.NOTHING;
  private long lookAgainMs;
  private long lookAtVotersMs;

  private record Stream(int broker, IncarnationId run) {}

  /**
   * @param post takes outcomes back to the controller's mailbox; called on any thread
   */
  TermDuties(
      long term, ControllerLoop.Surroundings around, Consumer<ControllerEvent> post, long nowMs) {
    this.term = term;
    this.around = around;
    this.post = post;
    this.liveness = new BrokerLiveness(around.liveness());
    this.checks = new HashChecks(around.stateHash().get());
    this.lookAgainMs = nowMs + LOOK_AGAIN_MS;
    this.lookAtVotersMs = nowMs;
  }

  /** The metadata is this now; before the events that come of it. */
  void take(RegisteredBrokers.Seen newest, long nowMs) {
    if (newest.brokersVersion() != seen.brokersVersion()) {
      liveness.rowsAre(newest.brokers(), nowMs);
      clock.brokersAre(newest.brokers().stream().map(WatchedRow::id).toList());
      TreeSet<Integer> gone = new TreeSet<>();
      seen.brokers().forEach(row -> gone.add(row.id()));
      for (WatchedRow row : newest.brokers()) {
        gone.remove(row.id());
        balance.brokerIs(row.id(), !row.fenced() && !row.stopping(), nowMs);
      }
      gone.forEach(balance::forget);
    }
    seen = newest;
  }

  void handle(ControllerEvent event, long nowMs) {
    switch (event) {
      case ControllerEvent.Leads _ ->
          throw new IllegalStateException("a term begins and ends in the loop");
      case ControllerEvent.Opened(int broker, IncarnationId run, long session) -> {
        streams.put(session, new Stream(broker, run));
        liveness.sessionOpened(broker, session, run, nowMs);
      }
      case ControllerEvent.Heard(int broker, long session, Beat beat, OptionalLong wallMs) -> {
        Stream stream = streams.get(session);
        if (stream != null && liveness.sessionOpened(broker, session, stream.run(), nowMs)) {
          liveness.beat(broker, session, beat, nowMs);
          wallMs.ifPresent(shown -> clock.heard(broker, session, shown, nowMs));
        }
      }
      case ControllerEvent.Ended(int broker, long session) -> {
        streams.remove(session);
        liveness.sessionEnded(broker, session, nowMs);
        clock.sessionEnded(broker, session);
      }
      case ControllerEvent.Dialled(int broker, long ofTerm, DialOutcome outcome) -> {
        if (ofTerm == term) {
          liveness.dialled(broker, outcome, nowMs);
        }
      }
      case ControllerEvent.CommandFailed(int broker, long ofTerm) -> {
        if (ofTerm == term) {
          liveness.commandFailed(broker, nowMs);
        }
      }
      case ControllerEvent.ElectionFailed(long ofTerm) -> {
        if (ofTerm == term) {
          lookAgainMs = nowMs + ELECTION_PAUSE_MS;
        }
      }
      case ControllerEvent.Awaits(long index, long timeoutMs, Consumer<Boolean> answer) -> {
        if (!waitlist.add(new SpreadWaitlist.Waiting<>(answer, index, nowMs + timeoutMs))) {
          answer.accept(false);
        }
      }
    }
  }

  /** Does what is due. */
  void perform(long nowMs) {
    liveness.due(nowMs).forEach(this::carryOut);
    waitlist.reached(liveness.spreadIndex()).forEach(waiting -> waiting.who().accept(true));
    waitlist.expired(nowMs).forEach(waiting -> expired(waiting));
    if (around.balances()) {
      balance(nowMs);
    }
    checks
        .due(around.stateHash().get())
        .ifPresent(check -> around.commands().submit(check, term, TermDuties::compared));
    noteVoters(nowMs);
  }

  /** A note that does not come through is due again at the next look. */
  private void noteVoters(long nowMs) {
    if (nowMs < lookAtVotersMs) {
      return;
    }
    lookAtVotersMs = nowMs + VOTERS_EVERY_MS;
    around
        .votersToNote()
        .get()
        .ifPresent(note -> {
          log.atInfo()
              .addKeyValue("voters", note.voters().stream().map(VoterImage::address).toList())
              .log("noting the quorum's voters");
          around.commands().submit(note, term, accepted -> {});
        });
  }

  private static void compared(boolean accepted) {
    if (!accepted) {
      log.atInfo().log("the members' states were not compared; the next thousand entries are");
    }
  }

  /** As {@link SessionDesk#clusterTimeAheadMs}. */
  OptionalLong clusterTimeAheadMs() {
    return clock.aheadMs();
  }

  /** When {@link #perform} has something to do without anything else happening. */
  long nextDueMs() {
    long soft = Math.min(lookAtVotersMs, Math.min(liveness.nextDueMs(), waitlist.nextDeadlineMs()));
    return around.balances() ? Math.min(soft, Math.min(balance.nextDueMs(), lookAgainMs)) : soft;
  }

  /** The term is over: nobody is promised anything. */
  void end() {
    waitlist.reached(Long.MAX_VALUE).forEach(waiting -> waiting.who().accept(false));
  }

  private void carryOut(Duty duty) {
    switch (duty) {
      case Duty.Dial(int broker, String host, int port) ->
          around
              .dialer()
              .dial(
                  host,
                  port,
                  outcome -> post.accept(new ControllerEvent.Dialled(broker, term, outcome)));
      case Duty.Fence(int broker, long brokerEpoch, String why) -> {
        boolean isStopping =
            seen.brokers().stream().anyMatch(row -> row.id() == broker && row.stopping());
        log.atLevel(isStopping ? Level.INFO : Level.WARN)
            .addKeyValue("broker", broker)
            .addKeyValue("why", why)
            .log("fencing a broker");
        command(broker, new MetadataCommand.FenceBroker(broker, brokerEpoch));
      }
      case Duty.Unfence(int broker, long brokerEpoch) -> {
        log.atInfo().addKeyValue("broker", broker).log("a broker is ready and may lead");
        command(broker, new MetadataCommand.UnfenceBroker(broker, brokerEpoch));
      }
    }
  }

  private void command(int broker, MetadataCommand command) {
    around
        .commands()
        .submit(
            command,
            term,
            accepted -> {
              if (!accepted) {
                post.accept(new ControllerEvent.CommandFailed(broker, term));
              }
            });
  }

  private void expired(SpreadWaitlist.Waiting<Consumer<Boolean>> waiting) {
    log.atWarn()
        .addKeyValue("index", waiting.index())
        .addKeyValue("brokers", liveness.behind(waiting.index()))
        .log("a change was answered before these brokers knew of it");
    waiting.who().accept(false);
  }

  private void balance(long nowMs) {
    if (nowMs >= lookAgainMs) {
      lookAgainMs = nowMs + LOOK_AGAIN_MS;
      balance.lookAgain();
    }
    List<Integer> settled = balance.settled(nowMs);
    if (settled.isEmpty()) {
      return;
    }
    List<PartitionId> misplaced = PreferredLeaders.of(seen.image(), settled, ELECTIONS_AT_ONCE);
    if (misplaced.isEmpty()) {
      return;
    }
    log.atInfo()
        .addKeyValue("brokers", settled)
        .addKeyValue("partitions", misplaced.size())
        .log("giving leaderships back");
    if (misplaced.size() == ELECTIONS_AT_ONCE) {
      lookAgainMs = nowMs + ELECTION_PAUSE_MS;
    }
    around
        .commands()
        .submit(
            new MetadataCommand.ElectLeaders(misplaced),
            term,
            accepted -> {
              if (!accepted) {
                post.accept(new ControllerEvent.ElectionFailed(term));
              }
            });
  }
}
