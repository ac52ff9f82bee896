package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.it.cluster.TopicHistory.Outcome;
import dev.milena.proto.peer.v1.Answer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.retry.RetryPolicies;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.TimeDuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Entries that are no command come into the quorum's log, by whoever reaches its port. Every member
 * refuses them alike, now and when it reads its log again.
 */
@EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
@Timeout(180)
class PoisonTest {
  private static final long SEED = Long.getLong("cluster.seed", System.nanoTime());
  private static final int POISONS = 200;
  private static final int KINDS = 5;

  /** A bit was changed: it may be a command all the same. */
  private static final int CHANGED = 3;

  @TempDir Path folder;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final TopicHistory topics = new TopicHistory();
  private Cluster cluster = Cluster.NONE;

  @BeforeEach
  void start() throws Exception {
    System.out.println("cluster.seed=" + SEED);
    cluster = Cluster.started(folder, 3);
  }

  @AfterEach
  void end() throws Exception {
    topics.close();
    cluster.close();
  }

  @Test
  void entriesThatAreNoCommandAreRefusedByAllAlike() throws Exception {
    assertEquals(Outcome.DONE, topics.create(cluster.clientsOf(1), "before", 3, 3));
    double applied = appliedOf(2);
    int taken = 0;
    try (RaftClient client = client()) {
      for (int i = 0; i < POISONS; i++) {
        RaftClientReply reply = client.io().send(Message.valueOf(ByteString.copyFrom(poison(i))));
        assertTrue(reply.isSuccess(), "entry " + i + " of seed " + SEED + ": " + reply);
        boolean refused =
            Answer.parseFrom(reply.getMessage().getContent().asReadOnlyByteBuffer()).hasRefused();
        assertTrue(refused || i % KINDS == CHANGED, "entry " + i + " of seed " + SEED);
        taken += refused ? 0 : 1;
      }
    }
    Cluster.await("node 2 applies them", () -> appliedOf(2) >= applied + POISONS);

    assertEquals(Outcome.DONE, topics.create(cluster.clientsOf(2), "after", 3, 3));
    cluster.awaitOneState();
    for (int id : List.of(3, cluster.leader())) {
      cluster.kill(id);
      cluster.start(id);
    }

    assertEquals(Outcome.DONE, topics.create(cluster.clientsOf(3), "again", 3, 3));
    cluster.awaitOneState();
    for (int id : cluster.up()) {
      Set<String> shown = new TreeSet<>(topics.shown(cluster.clientsOf(id)).keySet());
      for (String name : List.of("before", "after", "again")) {
        assertTrue(shown.remove(name), name + " at " + id);
      }
      assertTrue(
          shown.size() <= taken, taken + " changed ones were commands, and there are " + shown);
    }
    assertEquals(Map.of(), topics.impossible());
  }

  private double appliedOf(int id) {
    return cluster.metric(id, "milena_metadata_applied_entries_total").orElseThrow();
  }

  /**
   * Noise; a submission of a version to come; one with a field to come; one that was cut or
   * changed.
   */
  private byte[] poison(int i) {
    byte[] noise = new byte[random.nextInt(1, 300)];
    random.nextBytes(noise);
    // as docs/FORMAT-QUORUM.md has it: a version, a request id, a command that creates a topic
    byte[] submission = new byte[36];
    random.nextBytes(submission);
    byte[] head = {0x08, 0x01, 0x12, 0x10};
    System.arraycopy(head, 0, submission, 0, head.length);
    byte[] command = {
      0x22, 0x0d, 0x0a, 0x0b, 0x0a, 0x05, 'p', 'o', 'i', 's', 'n', 0x10, 0x01, 0x18, 0x01
    };
    System.arraycopy(command, 0, submission, 20, command.length);
    switch (i % KINDS) {
      case 0 -> {
        return noise;
      }
      case 1 -> submission[1] = (byte) random.nextInt(2, 128);
      case 2 -> submission[35] = 0x7a;
      case CHANGED -> submission[random.nextInt(20, 35)] ^= (byte) (1 << random.nextInt(8));
      default -> {
        return new byte[] {0x08, 0x01, 0x22, 0x02, (byte) 0xfa, 0x07};
      }
    }
    return submission;
  }

  private RaftClient client() throws Exception {
    Path quorum = cluster.data(1).resolve("milena.quorum");
    String cluster = "";
    List<RaftPeer> peers = new ArrayList<>();
    for (String line : Files.readAllLines(quorum.resolve("formation"))) {
      String[] words = line.split(" ");
      if (words[0].equals("cluster")) {
        cluster = words[1];
      } else if (words[0].equals("voter")) {
        peers.add(
            RaftPeer.newBuilder().setId(words[1]).setAddress(words[2] + ":" + words[3]).build());
      }
    }
    UUID group = UUID.nameUUIDFromBytes(("milena:" + cluster).getBytes(StandardCharsets.UTF_8));
    return RaftClient.newBuilder()
        .setRaftGroup(RaftGroup.valueOf(RaftGroupId.valueOf(group), peers))
        .setProperties(new RaftProperties())
        .setRetryPolicy(
            RetryPolicies.retryUpToMaximumCountWithFixedSleep(
                20, TimeDuration.valueOf(100, TimeUnit.MILLISECONDS)))
        .build();
  }
}
