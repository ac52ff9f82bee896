package dev.milena.broker.door.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.milena.broker.core.StandInQuorum;
import dev.milena.metadata.IncarnationId;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.ReplicaPlan;
import dev.milena.metadata.TopicImage;
import dev.milena.proto.v1.TopicDescription;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.pcollections.TreePMap;

class AdminAnswersTest {
  private final StandInQuorum quorum = new StandInQuorum(1);

  @Test
  void minInsyncReplicasIsWhatWasStoredWithTheTopicUntilItIsSet() {
    for (int id = 1; id <= 3; id++) {
      quorum.decide(
          new MetadataCommand.RegisterBroker(
              id, "localhost", 9092 + id, "", new IncarnationId(1, id), IncarnationId.NONE));
      long epoch = quorum.image().broker(id).orElseThrow().brokerEpoch();
      quorum.decide(new MetadataCommand.UnfenceBroker(id, epoch));
    }
    quorum.decide(
        new MetadataCommand.CreateTopic(
            "pay", 1, new ReplicaPlan.Factor(3), TreePMap.empty(), TopicImage.BY_RULE));
    assertEquals(2, described().getMinInsyncReplicas());
    assertEquals(0, described().getConfigsCount(), "nobody set it");
    quorum.decide(
        new MetadataCommand.AlterTopic(
            "pay",
            MetadataCommand.AlterTopic.UNCHANGED,
            TreePMap.singleton("min.insync.replicas", "3"),
            List.of()));
    assertEquals(3, described().getMinInsyncReplicas());
  }

  private TopicDescription described() {
    return AdminAnswers.topic(quorum.image().topic("pay").orElseThrow());
  }
}
