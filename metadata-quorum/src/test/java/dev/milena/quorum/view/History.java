package dev.milena.quorum.view;

import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.CommandStamp;
import dev.milena.metadata.EntryPlace;
import dev.milena.metadata.IncarnationId;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataState;
import dev.milena.metadata.ReplicaPlan;
import dev.milena.metadata.RequestId;
import dev.milena.metadata.SubmittedCommand;
import dev.milena.metadata.TopicId;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.pcollections.TreePMap;

/** What a quorum agreed on, entry by entry: the truth that every view is measured by. */
final class History {
  private static final CommandOrigin ORIGIN = new CommandOrigin("alice", "", "a test");

  private final List<MetadataState.Step> steps = new ArrayList<>();

  /** Topics that come, change and go, under a broker that is up; some entries change nothing. */
  History(long seed, int entries) {
    SplittableRandom random = new SplittableRandom(seed);
    MetadataState state = MetadataState.EMPTY;
    for (int index = 0; index < entries; index++) {
      MetadataCommand command = index < 2 ? broker(index) : anything(random);
      MetadataState.Step step =
          state.step(
              new EntryPlace(1, index),
              new SubmittedCommand(RequestId.NONE, ORIGIN, command),
              new CommandStamp(1_700_000_000_000L + index, new TopicId(1, index + 1), index));
      steps.add(step);
      state = step.state();
    }
  }

  private static MetadataCommand broker(int index) {
    return index == 0
        ? new MetadataCommand.RegisterBroker(
            1, "h", 9092, "", new IncarnationId(1, 1), IncarnationId.NONE)
        : new MetadataCommand.UnfenceBroker(1, 0);
  }

  private static MetadataCommand anything(SplittableRandom random) {
    String name = "t" + random.nextInt(6);
    return switch (random.nextInt(4)) {
      case 0, 1 ->
          new MetadataCommand.CreateTopic(
              name,
              1 + random.nextInt(4),
              new ReplicaPlan.Factor(1),
              TreePMap.<String, String>empty(),
              0);
      case 2 -> new MetadataCommand.DeleteTopic(name, TopicId.NONE);
      default ->
          new MetadataCommand.AlterTopic(
              name,
              MetadataCommand.AlterTopic.UNCHANGED,
              TreePMap.singleton("retention.ms", Integer.toString(random.nextInt(9))),
              List.of());
    };
  }

  int entries() {
    return steps.size();
  }

  MetadataState.Step step(long index) {
    return steps.get((int) index);
  }

  ClusterImage image(long index) {
    return index < 0 ? ClusterImage.EMPTY : step(index).state().image();
  }
}
