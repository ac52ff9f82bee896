package dev.milena.simulation.cluster;

import dev.milena.broker.core.copy.FollowerWord;
import dev.milena.broker.core.copy.LeaderWord;
import dev.milena.broker.core.serving.LocalNetwork;
import dev.milena.metadata.PartitionId;
import dev.milena.replication.EpochReach;
import dev.milena.replication.FollowAnswer;
import java.util.HashMap;
import java.util.Map;

/** Has followers go back to the high watermark that they know, as before KIP-101. */
final class CutToHighWatermark implements LocalNetwork.Forgery {
  private final Map<Copy, Integer> lastEpochs = new HashMap<>();
  private final Map<Copy, Long> highWatermarks = new HashMap<>();

  /** A partition at a follower. */
  private record Copy(int follower, PartitionId id) {}

  @Override
  public FollowerWord said(int follower, FollowerWord word) {
    if (word instanceof FollowerWord.Follow follow) {
      lastEpochs.put(new Copy(follower, follow.id()), follow.lastEpoch());
    }
    return word;
  }

  @Override
  public LeaderWord answered(int follower, LeaderWord word) {
    Copy copy = new Copy(follower, word.id());
    switch (word) {
      case LeaderWord.Batches batches ->
          highWatermarks.put(copy, batches.standing().highWatermark());
      case LeaderWord.Producers _, LeaderWord.Piece _ -> {}
      case LeaderWord.Progress progress ->
          highWatermarks.put(copy, progress.standing().highWatermark());
      case LeaderWord.Answer answer -> {
        long known = highWatermarks.getOrDefault(copy, 0L);
        if (answer.answer() instanceof FollowAnswer.Agreed && answer.from() > known && known > 0) {
          EpochReach lie = new EpochReach(lastEpochs.getOrDefault(copy, -1), known);
          return new LeaderWord.Answer(
              answer.id(), answer.leaderEpoch(), answer.from(), new FollowAnswer.Diverged(lie));
        }
      }
    }
    return word;
  }
}
