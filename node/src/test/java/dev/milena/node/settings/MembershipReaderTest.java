package dev.milena.node.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.node.exit.CannotStart;
import dev.milena.node.exit.ExitCode;
import dev.milena.node.naming.SettingNames;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class MembershipReaderTest {
  private static final String THREE = "3@c:9093,1@a:9093,2@b:9093";

  @Test
  void aNodeThatIsToldNothingIsAClusterOfItsOwn() throws Exception {
    ClusterMembership alone = settle("node.id", "7", "quorum.listener", "127.0.0.1:5");

    assertEquals("[7@127.0.0.1:5]", alone.voters().toString());
    assertEquals(List.of(), alone.bootstrap());
    assertTrue(alone.mayVote());
    assertEquals(Optional.empty(), alone.clusterId());
  }

  @Test
  void votersAreTheSameInAnyOrderAndTheQuorumListensWhereTheListSays() throws Exception {
    ClusterMembership named = settle("node.id", "2", "controller.quorum.voters", THREE);

    assertEquals("[1@a:9093, 2@b:9093, 3@c:9093]", named.voters().toString());
    assertTrue(named.isNamed(2));
    assertEquals(
        new Endpoint("b", 9093),
        settings("node.id", "2", "controller.quorum.voters", THREE).quorum());
  }

  @Test
  void aNodeThatIsNoVoterAsksBrokersOfTheCluster() throws Exception {
    ClusterMembership joins =
        settle(
            "node.id", "4",
            "process.roles", "broker",
            "controller.quorum.bootstrap.servers", "a:9092, [::1]:9092");
    assertEquals(List.of(new Endpoint("a", 9092), new Endpoint("::1", 9092)), joins.bootstrap());
    assertEquals(List.of(), joins.voters());
    assertFalse(joins.mayVote());

    ClusterMembership mayVoteLater =
        settle(
            "node.id", "4",
            "controller.quorum.voters", THREE,
            "controller.quorum.bootstrap.servers", "a:9092");
    assertTrue(mayVoteLater.mayVote());
    assertFalse(mayVoteLater.isNamed(4));
  }

  @Test
  void aNodeThatWouldAskItselfAsksNobody() throws Exception {
    ClusterMembership alone =
        settle(
            "listeners", "PLAINTEXT://:9092,CONTROLLER://:9093",
            "controller.quorum.bootstrap.servers", "localhost:9093");

    assertEquals(List.of(), alone.bootstrap());
    assertTrue(alone.isNamed(1));
  }

  @Test
  void aBrokerAloneOpensNoQuorumListenerSoItsAddressIsNobodysConcern() throws Exception {
    NodeSettings broker =
        settings(
            "process.roles", "broker",
            "listeners", "PLAINTEXT://127.0.0.1:9093",
            "quorum.listener", ":9093",
            "controller.quorum.bootstrap.servers", "localhost:9093");

    assertEquals(new Endpoint("127.0.0.1", 9093), broker.clients());
    assertEquals(List.of(new Endpoint("localhost", 9093)), broker.membership().bootstrap());
    // nothing is open to the network, and what has no effect is said
    assertEquals(
        List.of(
            "ignored: quorum.listener. process.roles is broker: a node that does not vote opens no quorum listener."),
        broker.warnings());
    assertTrue(
        refusal("listeners", "PLAINTEXT://127.0.0.1:9093").contains("the quorum has the same"));
  }

  @Test
  void aListThatNamesThisNodeAloneElsewhereThanItListensIsSaid() throws Exception {
    NodeSettings settings =
        settings(
            "controller.quorum.voters", "1@127.0.0.1:9899", "quorum.listener", "127.0.0.1:9893");

    assertEquals(1, settings.warnings().size());
    assertTrue(
        settings
            .warnings()
            .getFirst()
            .startsWith(
                "controller.quorum.voters names this node alone, at 127.0.0.1:9899, and its quorum listens at 127.0.0.1:9893"));
    assertEquals(List.of(), settings("controller.quorum.voters", "1@127.0.0.1:9899").warnings());
  }

  @Test
  void whatContradictsItselfIsRefused() {
    assertTrue(
        refusal("node.id", "4", "controller.quorum.voters", THREE)
            .startsWith("node 4 is not among controller.quorum.voters; a node that is no voter"));
    assertTrue(
        refusal("node.id", "4", "controller.quorum.voters", THREE)
            .endsWith(
                "controller.quorum.bootstrap.servers=HOST:9092,...; one that votes by its own data is named among the voters, as before, until it is removed; controller.quorum.bootstrap.servers is not set"));
    assertTrue(refusal("process.roles", "broker").contains("controller.quorum.bootstrap.servers="));
    assertTrue(
        refusal("process.roles", "broker", "controller.quorum.voters", THREE)
            .contains("names node 1, and a voter is broker,controller"));
    assertTrue(refusal("process.roles", "controller").contains("no separate controllers"));
    assertTrue(refusal("controller.quorum.voters", "1@a:1,1@b:1").contains("name each once"));
    assertTrue(refusal("controller.quorum.voters", "1@a:1,2@a:1").contains("name each once"));
    assertTrue(refusal("controller.quorum.voters", "a:1").contains("is no voter"));
    assertTrue(refusal("controller.quorum.voters", "1@:1").contains("is no voter"));
    assertTrue(
        refusal("controller.quorum.bootstrap.servers", ":9092").contains(":9092 is no address"));
    assertTrue(refusal("cluster.id", "short").contains("22 characters"));
    assertTrue(refusal("broker.heartbeat.interval.ms", "3001").contains("at most half of it"));
  }

  @Test
  void theClusterIdIsReadAsMetaPropertiesWritesIt() throws Exception {
    assertEquals(
        Optional.of(new UUID(1, 2)), settle("cluster.id", "AAAAAAAAAAEAAAAAAAAAAg").clusterId());
  }

  private static NodeSettings settings(String... keysAndValues) throws CannotStart {
    Map<String, String> values = new TreeMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      values.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return Settlement.of(
        new SettingsReader(SettingsCatalog.load(), SettingNames.KEYS)
            .take("node.properties", values)
            .read());
  }

  private static ClusterMembership settle(String... keysAndValues) throws CannotStart {
    return settings(keysAndValues).membership();
  }

  private static String refusal(String... keysAndValues) {
    CannotStart refused = assertThrows(CannotStart.class, () -> settle(keysAndValues));
    assertEquals(ExitCode.SETTING, refused.code());
    return refused.sentence();
  }
}
