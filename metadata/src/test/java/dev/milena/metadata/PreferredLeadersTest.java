package dev.milena.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.metadata.MetadataCommand.ElectLeaders;
import java.util.List;
import org.junit.jupiter.api.Test;

class PreferredLeadersTest {
  private static final int MANY = 1_000;

  private final ClusterScript cluster =
      ClusterScript.withBrokers(3).withTopic("t", "1,2", "2,3", "1,3", "3,1");

  @Test
  void nobodyIsFoundWhileEveryPartitionIsLedAsPreferred() {
    assertEquals(List.of(), PreferredLeaders.of(cluster.image(), MANY));
  }

  @Test
  void aBrokerThatIsBackIsFoundWhereItIsInSyncAgain() {
    cluster.accept(cluster.fence(1)).accept(cluster.unfence(1));
    assertEquals(List.of(), PreferredLeaders.of(cluster.image(), MANY), "not in sync yet");

    cluster.join("t", 1);

    assertEquals(cluster.ids("t", 0), PreferredLeaders.of(cluster.image(), MANY));
    assertEquals(cluster.ids("t", 0), PreferredLeaders.of(cluster.image(), List.of(1), MANY));
    assertEquals(List.of(), PreferredLeaders.of(cluster.image(), List.of(2), MANY));
    cluster.accept(new ElectLeaders(PreferredLeaders.of(cluster.image(), MANY)));
    assertEquals(1, cluster.partition("t", 0).leader());
    assertEquals(List.of(), PreferredLeaders.of(cluster.image(), MANY));
  }

  @Test
  void atMostSoManyAreFoundInOrder() {
    cluster.accept(cluster.stop(1));
    cluster.accept(cluster.fence(1)).accept(ClusterScript.register(1, "", 99));
    cluster.accept(cluster.unfence(1)).join("t", 1);
    PartitionId third = cluster.ids("t", 2).getFirst();
    cluster.accept(cluster.joining(third, 1));

    assertEquals(cluster.ids("t", 0, 2), PreferredLeaders.of(cluster.image(), MANY));
    assertEquals(cluster.ids("t", 0), PreferredLeaders.of(cluster.image(), 1));
    assertEquals(List.of(), PreferredLeaders.of(cluster.image(), 0));
  }

  @Test
  void aStoppingBrokerIsNotFound() {
    cluster.accept(cluster.stop(1));

    assertEquals(2, cluster.partition("t", 0).leader());
    assertEquals(List.of(), PreferredLeaders.of(cluster.image(), MANY));
  }

  @Test
  void whatIsFoundIsWhatAnElectionChanges() {
    int found = 0;
    for (long seed = 1; seed <= 60; seed++) {
      RandomCommands commands = new RandomCommands(seed);
      ClusterScript random = ClusterScript.withBrokers(5);
      random.accept(ClusterScript.createTopic("pay", 6, 3));
      for (int i = 0; i < 60; i++) {
        random.apply(commands.reassign(random.image()));
        random.apply(commands.next(random.image()));
        List<PartitionId> wanted = PreferredLeaders.of(random.image(), MANY);
        MetadataReply reply =
            ((QuorumAnswer.Decided) random.apply(new ElectLeaders(wanted))).reply();
        assertEquals(
            new MetadataReply.ElectionReply(wanted.size(), List.of()), reply, "seed " + seed);
        assertEquals(List.of(), PreferredLeaders.of(random.image(), MANY), "seed " + seed);
        found += wanted.size();
      }
    }
    assertTrue(found > 50, "the sequences must reach partitions led by others: " + found);
  }
}
