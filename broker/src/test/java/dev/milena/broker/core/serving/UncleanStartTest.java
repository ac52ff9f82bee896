package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.log.disk.JdkDisk;
import dev.milena.metadata.BrokerDescription;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataReply;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.PartitionImage;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.ReplicaPlan;
import dev.milena.metadata.TopicId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pcollections.TreePMap;

/**
 * What a start says of directories that were not closed in good order (replication rule 7). A stop
 * whose marker is taken away is a kill, for all that the next start can see.
 */
@Timeout(60)
class UncleanStartTest extends CoreOnThreads {
  private static final boolean ACK = false;
  private static final boolean REPLICATED = true;
  private static final int LOGS = 4;

  /** Partitions that were seen with broker 1 as their last known leader. */
  private final Set<PartitionId> known = Collections.synchronizedSet(new TreeSet<>());

  private final TreeMap<PartitionId, Integer> epochs = new TreeMap<>();

  @Test
  void afterAKillUnderReplicatedWhatItAloneHasLeadsAgainInALaterEpoch() throws Exception {
    firstRun(REPLICATED);
    kill("one");
    kill("two");

    try (CoreWiring _ = start(REPLICATED)) {
      assertEquals(epochs.keySet(), known);
      assertLeads(epochs.keySet());
    }
  }

  @Test
  void afterAnOrderlyStopUnderReplicatedItKeepsItsPlace() throws Exception {
    firstRun(REPLICATED);

    try (CoreWiring _ = start(REPLICATED)) {
      assertEquals(Set.of(), known);
      assertLeads(epochs.keySet());
    }
  }

  @Test
  void afterAKillUnderAckItKeepsItsPlaceWhateverPolicyComesNext() throws Exception {
    firstRun(ACK);
    kill("one");
    kill("two");

    try (CoreWiring _ = start(REPLICATED)) {
      assertEquals(Set.of(), known);
      assertLeads(epochs.keySet());
    }
  }

  @Test
  void aKillIsJudgedByThePolicyOfTheRunThatWasKilled() throws Exception {
    firstRun(REPLICATED);
    kill("one");
    kill("two");

    try (CoreWiring _ = start(ACK)) {
      assertEquals(epochs.keySet(), known);
    }
  }

  @Test
  void onlyTheDirectoryWithoutAMarkerIsInDoubt() throws Exception {
    firstRun(REPLICATED);
    kill("one");

    try (CoreWiring _ = start(REPLICATED)) {
      assertEquals(in("one"), known);
      assertLeads(epochs.keySet());
    }
  }

  @Test
  void whatIsInDoubtIsNotLostWithAnotherDisk() throws Exception {
    firstRun(REPLICATED);
    Set<PartitionId> first = in("one");
    Set<PartitionId> second = in("two");
    kill("one");
    delete(folder.resolve("two"));

    try (CoreWiring _ = start(REPLICATED)) {
      assertEquals(first, known);
      assertLeads(first);
      second.forEach(id -> assertFalse(row(id).hasLeader(), id::toString));
    }
  }

  /** Makes the logs, some in each directory, and stops in good order. */
  private void firstRun(boolean policy) throws Exception {
    try (CoreWiring _ = start(policy)) {
      var create =
          new MetadataCommand.CreateTopic(
              "alone",
              LOGS,
              new ReplicaPlan.Assigned(Collections.nCopies(LOGS, List.of(1))),
              TreePMap.empty(),
              1);
      QuorumAnswer.Decided created =
          assertInstanceOf(QuorumAnswer.Decided.class, quorum.decide(create));
      TopicId topic = assertInstanceOf(MetadataReply.TopicReply.class, created.reply()).id();
      IntStream.range(0, LOGS).forEach(number -> epochs.put(new PartitionId(topic, number), 0));
      awaitLogs();
      epochs.replaceAll((id, _) -> row(id).leaderEpoch());
    }
    assertFalse(in("one").isEmpty() || in("two").isEmpty());
    quorum.follow((_, _, image) ->
        epochs
            .keySet()
            .forEach(id -> {
              if (image.partition(id).orElseThrow().lastKnownLeader() == 1) {
                known.add(id);
              }
            }));
  }

  private void awaitLogs() {
    long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (in("one").size() + in("two").size() < LOGS) {
      assertTrue(System.nanoTime() < endNanos, "the logs were not made");
      Thread.onSpinWait();
    }
  }

  private CoreWiring start(boolean policy) throws Exception {
    CoreWiring core = opened(new JdkDisk());
    core.register(
        new Registrant(new BrokerDescription("127.0.0.1", 9092, "", "", "", policy), run -> ""),
        TimeUnit.SECONDS.toMillis(SECONDS));
    return core;
  }

  private void assertLeads(Set<PartitionId> partitions) {
    for (PartitionId id : partitions) {
      assertEquals(1, row(id).leader(), id::toString);
      assertEquals(List.of(1), row(id).isr(), id::toString);
      assertTrue(row(id).leaderEpoch() > epochs.getOrDefault(id, Integer.MAX_VALUE), id::toString);
    }
  }

  private PartitionImage row(PartitionId id) {
    return quorum.image().partition(id).orElseThrow();
  }

  private Set<PartitionId> in(String directory) {
    return epochs.keySet().stream()
        .filter(id -> Files.isDirectory(folder.resolve(directory).resolve(id.toString())))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private void kill(String directory) throws IOException {
    Files.delete(folder.resolve(directory).resolve("milena.clean"));
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
