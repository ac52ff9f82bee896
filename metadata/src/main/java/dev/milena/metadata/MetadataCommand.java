package dev.milena.metadata;

import java.util.List;
import org.pcollections.TreePMap;

/**
 * What somebody wants changed. {@link Decider} makes records of it, or refuses.
 *
 * <p>A command holds what was asked for, unchecked: every check is in its decider, so that it is
 * made once, on the image that the command meets.
 */
public sealed interface MetadataCommand {

  /**
   * Creates a topic.
   *
   * @param partitionCount 1 to {@link MetadataLimits#MAX_PARTITIONS_PER_TOPIC}
   * @param configs Kafka's names and texts as given
   * @param minInsyncReplicas the asking node's configured default, or {@link TopicImage#BY_RULE}
   *     for the cluster's rule; a value among the configs wins
   */
  record CreateTopic(
      String name,
      int partitionCount,
      ReplicaPlan replicas,
      TreePMap<String, String> configs,
      int minInsyncReplicas)
      implements MetadataCommand {}

  /**
   * Raises the number of partitions, sets and deletes configs: all or nothing.
   *
   * @param partitionCount the new total, or {@link #UNCHANGED}
   * @param deleteConfigs keys that go back to their default; deleting what is not set does nothing
   */
  record AlterTopic(
      String name,
      int partitionCount,
      TreePMap<String, String> setConfigs,
      List<String> deleteConfigs)
      implements MetadataCommand {
    /** Leaves the number of partitions as it is. */
    public static final int UNCHANGED = -1;

    public AlterTopic {
      deleteConfigs = List.copyOf(deleteConfigs);
    }
  }

  /**
   * Deletes a topic.
   *
   * @param expectedId refuse unless the topic of this name has this id; {@link TopicId#NONE}
   *     deletes whatever has the name
   */
  record DeleteTopic(String name, TopicId expectedId) implements MetadataCommand {}

  /**
   * Makes a run of a broker known. It starts fenced and leads nothing; the leader epoch of every
   * partition that its earlier run led is raised (replication rule 1).
   *
   * <p>A data directory is matched when it is presented with the incarnation that the quorum saw
   * there last. If one that the quorum knows is not matched, every replica of the broker that is
   * not among {@code held} leaves ISR and ELR before any election (replication rule 7): an emptied
   * disk must neither lead nor count. The same goes for a directory that was not closed cleanly, if
   * the run before acknowledged what it had not flushed; but what lies there may still lead where
   * nobody is left who holds more ({@link Leadership#lastKnown}).
   *
   * @param incarnation this run
   * @param replaces the earlier run that the caller knows to be over, {@link IncarnationId#NONE} if
   *     none: a broker id whose unfenced run is another is refused, for it may be alive. Taken at
   *     its word: who has it from elsewhere has seen the proof that the caller was that run
   * @param tokenHash as in {@link BrokerImage#tokenHash}
   * @param directories all that this run uses
   * @param held the replicas that lie in directories that are as they were left; looked at only
   *     when one that the quorum knows is not ({@link DirectoryMatch})
   */
  record RegisterBroker(
      int brokerId,
      BrokerDescription description,
      IncarnationId incarnation,
      IncarnationId replaces,
      String tokenHash,
      List<PresentedDirectory> directories,
      List<PartitionId> held)
      implements MetadataCommand {
    public RegisterBroker {
      directories = List.copyOf(directories);
      held = List.copyOf(held);
    }

    /** The same by a caller who may know nothing of an earlier run: it replaces none. */
    public RegisterBroker replacingNobody() {
      return new RegisterBroker(
          brokerId, description, incarnation, IncarnationId.NONE, tokenHash, directories, held);
    }

    /** A run that presents no directory and has no token. */
    public RegisterBroker(
        int brokerId,
        String host,
        int port,
        String rack,
        IncarnationId incarnation,
        IncarnationId replaces) {
      this(
          brokerId,
          new BrokerDescription(host, port, rack, "", "", false),
          incarnation,
          replaces,
          "",
          List.of(),
          List.of());
    }
  }

  /**
   * Takes a broker out of leadership and out of the in-sync replicas.
   *
   * @param brokerEpoch compare-and-set: as in {@link BrokerImage#brokerEpoch}
   */
  record FenceBroker(int brokerId, long brokerEpoch) implements MetadataCommand {}

  /**
   * Lets a registered broker lead; leaderless partitions that it is eligible for get it as leader.
   *
   * @param brokerEpoch compare-and-set: as in {@link BrokerImage#brokerEpoch}
   */
  record UnfenceBroker(int brokerId, long brokerEpoch) implements MetadataCommand {}

  /**
   * Changes the in-sync replicas of partitions that a broker leads; each comes about or is refused
   * alone, and the reply names the refused ones.
   *
   * @param brokerEpoch of the leader; compare-and-set: as in {@link BrokerImage#brokerEpoch}
   * @param changes at most {@link MetadataLimits#MAX_ISR_CHANGES_PER_COMMAND}; of two for one
   *     partition the second is stale
   */
  record ChangeIsr(int brokerId, long brokerEpoch, List<IsrChange> changes)
      implements MetadataCommand {
    public ChangeIsr {
      changes = List.copyOf(changes);
    }
  }

  /**
   * Takes replicas out of ISR and ELR whose logs end below their own flushed checkpoint, or cannot
   * be opened (replication rule 7). Partitions that are gone, or are not the broker's, are passed
   * over: its image may be behind.
   *
   * @param brokerEpoch compare-and-set: as in {@link BrokerImage#brokerEpoch}
   * @param unlessAlone passed over is also what nobody else holds by the time this is decided: of
   *     logs that failed while the broker ran (rule 8) and may be whole when they are opened again
   */
  record ReportLostReplicas(
      int brokerId, long brokerEpoch, List<PartitionId> partitions, boolean unlessAlone)
      implements MetadataCommand {
    public ReportLostReplicas {
      partitions = List.copyOf(partitions);
    }
  }

  /**
   * Gives a broker some producer ids that nobody else gets, to give them to producers one by one.
   * Asked twice, it gets twice as many.
   *
   * @param brokerEpoch compare-and-set: as in {@link BrokerImage#brokerEpoch}
   */
  record AllocateProducerIds(int brokerId, long brokerEpoch) implements MetadataCommand {}

  /**
   * Begins a controlled shutdown: what the broker leads moves to in-sync replicas that are up, and
   * it gets no new replicas and no leadership any more. Fencing it completes the stop; it comes
   * back by registering a new run. Asked again, it moves what can move by then.
   *
   * @param brokerEpoch compare-and-set: as in {@link BrokerImage#brokerEpoch}
   */
  record StopBroker(int brokerId, long brokerEpoch) implements MetadataCommand {}

  /**
   * Forgets a fenced broker that holds no replica. Whether it votes in the quorum is for the asking
   * node to check: the metadata does not know the voters.
   */
  record DecommissionBroker(int brokerId) implements MetadataCommand {}

  /**
   * Moves the replicas of a broker to others, {@link MetadataLimits#MAX_MOVES_PER_COMMAND} at a
   * time, and lets others lead what it leads, at once where they can; from then on it gets no new
   * ones, until the drain is cancelled or the broker is forgotten. All of its replicas have
   * somewhere to go, or none is moved. Asked again, it moves what it holds still.
   *
   * @param cancel instead, what was moving away stays, and the broker gets new replicas again; what
   *     moves away from other brokers that are drained goes on
   */
  record DrainBroker(int brokerId, boolean cancel) implements MetadataCommand {}

  /**
   * Gives partitions their preferred leader, and leaderless ones any eligible leader; never a
   * broker that is stopping. Partitions that cannot change stay as they are.
   *
   * @param unclean an operator's order: those that nobody eligible can lead are led by any replica
   *     that is up (replication rule 5); what it does not have is lost
   */
  record ElectLeaders(List<PartitionId> partitions, boolean unclean) implements MetadataCommand {
    public ElectLeaders {
      partitions = List.copyOf(partitions);
    }

    /** Of replicas that are eligible alone. */
    public ElectLeaders(List<PartitionId> partitions) {
      this(partitions, false);
    }
  }

  /**
   * Moves replicas of partitions to other brokers, or calls moves back: all or nothing. A partition
   * has the replicas of both sides until all of the target are in sync; see {@link
   * ReassignmentRules}.
   *
   * @param moves at most {@link MetadataLimits#MAX_MOVES_PER_COMMAND}, each partition once
   */
  record ReassignPartitions(List<PartitionMove> moves) implements MetadataCommand {
    public ReassignPartitions {
      moves = List.copyOf(moves);
    }
  }

  /**
   * Lets every member compare its state with the leader's as it was at an index. Changes nothing:
   * what a disagreement does is not decided here, for members that disagree decide differently.
   * Only the quorum's leader submits it, for its own term; it must not be taken from outside.
   *
   * @param stateHash the leader's, after it applied the entry of {@code index}
   */
  record CheckStateHash(long index, long stateHash) implements MetadataCommand {}

  /**
   * Writes down who votes in the quorum, with who asked for it. Nothing is decided by it: the
   * quorum's log has made them the voters before. Only the quorum's leader submits it, for its own
   * term; it must not be taken from outside.
   *
   * @param configurationIndex of the log's entry that made them the voters
   * @param voters all of them
   */
  record NoteVoters(long configurationIndex, List<VoterImage> voters) implements MetadataCommand {
    public NoteVoters {
      voters = List.copyOf(voters);
    }
  }

  /** A command of another release, or bytes that are none; it is refused alike on every member. */
  record Unreadable() implements MetadataCommand {}
}
