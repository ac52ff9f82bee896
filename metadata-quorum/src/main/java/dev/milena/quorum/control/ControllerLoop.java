package dev.milena.quorum.control;

import dev.milena.metadata.IncarnationId;
import dev.milena.metadata.MetadataCommand.NoteVoters;
import dev.milena.metadata.MetadataFollower;
import dev.milena.quorum.store.StateHashAt;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The duties of the quorum's leader: hears brokers, fences and unfences them, gives preferred
 * leaderships back, and says when an index is known everywhere.
 *
 * <p>Runs on every member and only waits on those that do not lead. One thread at a time calls
 * {@link #turn}, any thread the rest. What a term began ends with it: its soft state is dropped,
 * its commands take effect in no other term.
 */
public final class ControllerLoop implements SessionDesk {
  /** Events that wait for a turn; a stream whose beat finds no room is ended and comes again. */
  static final int MAILBOX = 100_000;

  private final Surroundings around;
  private final RegisteredBrokers registered;
  private final Runnable bell;
  private final ArrayDeque<ControllerEvent> mailbox = new ArrayDeque<>();

  /**
   * The streams that were opened in the present term, and no other's beat is taken: its broker
   * would believe that it is heard. Under the mailbox's lock, as the term's own begin and end are.
   */
  private final HashSet<Long> sessions = new HashSet<>();

  private Optional<TermDuties> duties = Optional.empty();
  private volatile boolean staffed;
  private volatile OptionalLong clusterTimeAheadMs = OptionalLong.empty();

  /**
   * What the controller works with.
   *
   * @param liveness how long brokers are waited for
   * @param balances whether leaderships are given back (auto.leader.rebalance.enable)
   * @param commands to the quorum
   * @param dialer to brokers
   * @param stateHash this member's latest one; asked at every turn
   * @param votersToNote what the journal does not know of who votes; asked every few seconds
   */
  public record Surroundings(
      LivenessSettings liveness,
      boolean balances,
      LeaderCommands commands,
      Dialer dialer,
      Supplier<Optional<StateHashAt>> stateHash,
      Supplier<Optional<NoteVoters>> votersToNote) {}

  /**
   * A controller without duties yet.
   *
   * @param bell asks for a turn; called on any thread, must not block
   */
  public ControllerLoop(Surroundings around, Runnable bell) {
    this.around = around;
    this.bell = bell;
    this.registered = new RegisteredBrokers(bell);
  }

  /** Whom to tell of the metadata as it is applied; before the first term begins. */
  public MetadataFollower follower() {
    return registered;
  }

  /** This member leads from now on, and is ready to decide. Any thread. */
  public void leaderReady(long term) {
    termIs(term);
  }

  /** This member leads no longer. Any thread. */
  public void leaderLost() {
    termIs(ControllerEvent.NO_TERM);
  }

  /** What is offered from now on is of this term, and comes behind its beginning. */
  private void termIs(long term) {
    synchronized (mailbox) {
      staffed = term != ControllerEvent.NO_TERM;
      sessions.clear();
      mailbox.add(new ControllerEvent.Leads(term));
    }
    bell.run();
  }

  @Override
  public boolean isStaffed() {
    return staffed;
  }

  @Override
  public boolean opened(int broker, IncarnationId run, long session) {
    synchronized (mailbox) {
      if (!offer(new ControllerEvent.Opened(broker, run, session))) {
        return false;
      }
      sessions.add(session);
    }
    bell.run();
    return true;
  }

  @Override
  public boolean beat(int broker, long session, Beat beat, OptionalLong wallMs) {
    synchronized (mailbox) {
      if (!sessions.contains(session)
          || !offer(new ControllerEvent.Heard(broker, session, beat, wallMs))) {
        return false;
      }
    }
    bell.run();
    return true;
  }

  @Override
  public OptionalLong clusterTimeAheadMs() {
    return clusterTimeAheadMs;
  }

  @Override
  public void ended(int broker, long session) {
    synchronized (mailbox) {
      sessions.remove(session);
      mailbox.add(new ControllerEvent.Ended(broker, session));
    }
    bell.run();
  }

  @Override
  public void awaitSpread(long index, long timeoutMs, Consumer<Boolean> answer) {
    boolean offered;
    synchronized (mailbox) {
      offered = offer(new ControllerEvent.Awaits(index, timeoutMs, answer));
    }
    if (offered) {
      bell.run();
    } else {
      answer.accept(false);
    }
  }

  /**
   * Handles what has come and does what is due.
   *
   * @param nowMs the monotonic clock
   * @return when to turn again if no bell rings before, on the same clock
   */
  public long turn(long nowMs) {
    List<ControllerEvent> events;
    synchronized (mailbox) {
      events = new ArrayList<>(mailbox);
      mailbox.clear();
    }
    RegisteredBrokers.Seen seen = registered.seen();
    duties.ifPresent(now -> now.take(seen, nowMs));
    for (ControllerEvent event : events) {
      if (event instanceof ControllerEvent.Leads(long term)) {
        begin(term, nowMs);
        duties.ifPresent(now -> now.take(seen, nowMs));
      } else if (duties.isPresent()) {
        duties.get().handle(event, nowMs);
      } else if (event instanceof ControllerEvent.Awaits awaits) {
        awaits.answer().accept(false);
      }
    }
    clusterTimeAheadMs = duties.map(TermDuties::clusterTimeAheadMs).orElse(OptionalLong.empty());
    if (duties.isEmpty()) {
      return Long.MAX_VALUE;
    }
    duties.get().perform(nowMs);
    return duties.get().nextDueMs();
  }

  private void begin(long term, long nowMs) {
    duties.ifPresent(TermDuties::end);
    duties =
        term == ControllerEvent.NO_TERM
            ? Optional.empty()
            : Optional.of(new TermDuties(term, around, this::post, nowMs));
  }

  /** What must not be lost: it is bounded by what is under way, a few for each broker and term. */
  private void post(ControllerEvent event) {
    synchronized (mailbox) {
      mailbox.add(event);
    }
    bell.run();
  }

  /** Under the mailbox's lock; whoever offers rings the bell without it. */
  private boolean offer(ControllerEvent event) {
    return staffed && mailbox.size() < MAILBOX && mailbox.add(event);
  }
}
