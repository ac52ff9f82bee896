package dev.milena.broker.core.copy;

import dev.milena.log.KnownProducers;
import dev.milena.metadata.PartitionId;
import dev.milena.replication.FollowAnswer;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** What a leader says to one follower about one partition. */
public sealed interface LeaderWord {
  /** Which partition. */
  PartitionId id();

  /** In which it leads, or was asked to. */
  int leaderEpoch();

  /** As many bytes of records. */
  default int bytes() {
    return 0;
  }

  /**
   * To {@link FollowerWord.Follow}.
   *
   * @param from as it was asked with
   */
  record Answer(PartitionId id, int leaderEpoch, long from, FollowAnswer answer)
      implements LeaderWord {}

  /**
   * To a follower without records, before it agrees: what was stored of producers below where the
   * follower begins, and is forgotten but for this.
   */
  record Producers(PartitionId id, int leaderEpoch, List<KnownProducers.Batch> batches)
      implements LeaderWord {
    /** About as much as one takes on its way. */
    private static final int BATCH_BYTES = 40;

    @Override
    public int bytes() {
      return batches.size() * BATCH_BYTES;
    }
  }

  /**
   * The next batches of the log, and how things stand.
   *
   * @param batches nobody writes to them any more
   */
  record Batches(PartitionId id, int leaderEpoch, ByteBuffer batches, Standing standing)
      implements LeaderWord {
    @Override
    public int bytes() {
      return batches.remaining();
    }
  }

  /**
   * To {@link FollowerWord.Lack}, from whoever was asked.
   *
   * @param offset as it was asked with
   * @param batch the one that begins there, which may be one that was never committed; empty when
   *     there is none on the device, or it cannot be read
   */
  record Piece(PartitionId id, int leaderEpoch, long offset, Optional<ByteBuffer> batch)
      implements LeaderWord {
    @Override
    public int bytes() {
      return batch.map(ByteBuffer::remaining).orElse(0);
    }
  }

  /** How things stand now. */
  record Progress(PartitionId id, int leaderEpoch, Standing standing) implements LeaderWord {}

  /**
   * What is committed, and where the leader's log starts.
   *
   * @param highWatermark everything below is committed
   */
  record Standing(long highWatermark, long logStart) {
    /** Before anything was said. */
    public static final Standing NONE = new Standing(-1, -1);
  }
}
