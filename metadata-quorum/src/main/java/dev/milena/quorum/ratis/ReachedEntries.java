package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.Formation;
import dev.milena.quorum.ratis.formation.LastEntry;
import dev.milena.quorum.ratis.formation.PeerName;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.jspecify.annotations.Nullable;

/**
 * How far every voter's log has been, for all that this one knows: only entries that are agreed on
 * and that lay on that voter's disk, so no leader may ever cut them off. An entry for each of the
 * present voters.
 *
 * <p>What Ratis tells its members of each other's commit indexes is not used: a follower (3.3.0)
 * answers a heartbeat with the leader's, be it ahead of what it has flushed itself.
 *
 * <p>Any thread that may wait for Ratis' lock of the log.
 */
final class ReachedEntries {
  private static final Comparator<LastEntry> FURTHER = Comparator.comparingLong(LastEntry::index);

  private final ConcurrentSkipListMap<PeerName, LastEntry> voters;

  ReachedEntries(SortedMap<PeerName, LastEntry> noted) {
    voters = new ConcurrentSkipListMap<>(noted);
  }

  /** What is known of one. */
  Optional<LastEntry> of(PeerName name) {
    return Optional.ofNullable(voters.get(name));
  }

  /** As it is to be written down. */
  SortedMap<PeerName, LastEntry> all() {
    return new TreeMap<>(voters);
  }

  /** Of a voter it is known that it was so far; what is less than known is passed over. */
  void learn(PeerName name, LastEntry reached) {
    voters.merge(name, reached, (known, now) -> FURTHER.compare(now, known) > 0 ? now : known);
  }

  /** This node has left the quorum that they were of. */
  void clear() {
    voters.clear();
  }

  /** Looks at what can be seen from here; asks nobody. Nothing while no log is open. */
  void look(LocalPeer here) {
    try {
      RaftServer.Division division = here.server().getDivision(here.calls().groupId());
      // What is applied is flushed: an installed snapshot is synced before it counts as applied.
      TermIndex applied = division.getStateMachine().getLastAppliedTermIndex();
      if (applied != null && applied.getIndex() >= 0) {
        learn(here.name(), new LastEntry(applied.getTerm(), applied.getIndex()));
      }
      lookAtFollowers(here, division);
      lookAtLeader(division);
      here.calls().voters().ifPresent(this::keep);
    } catch (IOException | IllegalStateException notOpen) {
      // Ratis throws the latter while it opens or closes the log
    }
  }

  /**
   * A follower acknowledges what it has flushed, but a snapshot before that is synced: only what
   * comes behind this leader's own snapshots is taken, for those are what it sends.
   */
  private void lookAtFollowers(LocalPeer here, RaftServer.Division division) {
    RaftLog log = division.getRaftLog();
    // Read before the others' indexes: what they acknowledge to a leader is in one log with this.
    long agreed = log.getLastCommittedIndex();
    List<FollowerProgress> followers = FollowerProgress.of(here.calls());
    @Nullable SnapshotInfo newest = division.getStateMachine().getLatestSnapshot();
    long sent = Math.max(log.getSnapshotIndex(), newest == null ? -1 : newest.getIndex());
    for (FollowerProgress follower : followers) {
      long index = Math.min(agreed, follower.matchIndex());
      if (index > sent) {
        entry(log, index).ifPresent(last -> learn(follower.name(), last));
      }
    }
  }

  /**
   * A leader takes for agreed on only what it has flushed itself, whoever else has: so it has every
   * entry of its own term that its followers know to be agreed on. Of entries of earlier terms that
   * is known too, but not who led then.
   */
  private void lookAtLeader(RaftServer.Division division) {
    DivisionInfo info = division.getInfo();
    RaftLog log = division.getRaftLog();
    long term = info.getCurrentTerm();
    @Nullable RaftPeerId leader = info.getLeaderId();
    Optional<LastEntry> agreed = entry(log, log.getLastCommittedIndex());
    // In between another may have begun to lead, in a later term.
    boolean same = leader != null && leader.equals(info.getLeaderId());
    if (same
        && agreed.isPresent()
        && agreed.get().term() == term
        && info.getCurrentTerm() == term) {
      PeerName.parse(leader.toString()).ifPresent(name -> learn(name, agreed.get()));
    }
  }

  /** Who is alone has nobody to keep from harm: a copy of its running disk may be used. */
  private void keep(Formation present) {
    boolean alone = present.peers().size() == 1;
    voters.keySet().removeIf(name -> alone || !present.contains(name));
  }

  /** Nothing where the entry is in no log file any more. */
  private static Optional<LastEntry> entry(RaftLog log, long index) {
    @Nullable TermIndex entry = index < 0 ? null : log.getTermIndex(index);
    return Optional.ofNullable(entry).map(one -> new LastEntry(one.getTerm(), one.getIndex()));
  }
}
