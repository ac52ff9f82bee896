package dev.milena.node.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.milena.broker.core.copy.LeaderDialer;
import dev.milena.broker.core.copy.LeaderWord;
import dev.milena.metadata.BrokerDescription;
import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.BrokerStanding;
import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.IncarnationId;
import dev.milena.metadata.MetadataFollower;
import dev.milena.metadata.MetadataRecord;
import dev.milena.metadata.MetadataView;
import dev.milena.quorum.grpc.BrokerToken;
import dev.milena.quorum.grpc.PeerIdentity;
import dev.milena.quorum.grpc.PeerTokens;
import dev.milena.quorum.grpc.client.PeerCalls;
import dev.milena.quorum.grpc.connection.PeerChannels;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.pcollections.TreePMap;

class CopyWiringTest {
  private static final int LEADER = 2;

  /** An image in which the leader is registered, which does not change. */
  private static final class Still implements MetadataView {
    @Override
    public ClusterImage image() {
      BrokerDescription there = new BrokerDescription("127.0.0.1", 9, "", "", "", false);
      BrokerImage row =
          new BrokerImage(
              LEADER,
              there,
              new IncarnationId(1, 1),
              "",
              TreePMap.empty(),
              new BrokerStanding(false, false, 0, 0),
              1);
      return ClusterImage.EMPTY.with(List.of(new MetadataRecord.BrokerRegistered(row))).image();
    }

    @Override
    public long appliedIndex() {
      return 0;
    }

    @Override
    public void follow(MetadataFollower follower) {
      throw new AssertionError("nobody follows");
    }
  }

  private record Ends(List<String> heard) implements LeaderDialer.Ear {
    @Override
    public void heard(LeaderWord word) {
      throw new AssertionError("nobody speaks: " + word);
    }

    @Override
    public void ready() {
      throw new AssertionError("nobody listens");
    }

    @Override
    public void ended(String why) {
      heard.add(why);
    }
  }

  /** Loops serve partitions until after the connections to other nodes are closed. */
  @Test
  void aStreamThatIsWantedWhileTheNodeEndsIsRefused() {
    PeerChannels channels = CopyWiring.channels("a test");
    PeerCalls calls =
        new PeerCalls(
            channels,
            new PeerIdentity("cluster", 1, PeerTokens.only(BrokerToken.fresh(new SecureRandom()))));
    LeaderDialer leaders = CopyWiring.leaders(calls, new Still());
    channels.close();
    Ends ends = new Ends(new ArrayList<>());

    LeaderDialer.Stream stream = leaders.dial(LEADER, ends);
    stream.send(List.of());
    stream.cancel("the test is over");

    assertEquals(
        List.of("there is no way to broker 2: it is not registered, or this node is stopping"),
        ends.heard());
  }
}
