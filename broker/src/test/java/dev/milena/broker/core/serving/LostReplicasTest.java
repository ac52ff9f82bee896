package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.log.disk.JdkDisk;
import dev.milena.metadata.IncarnationId;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pcollections.TreePMap;

/** What a start says of logs that it cannot open. */
@Timeout(60)
class LostReplicasTest extends CoreOnThreads {
  /** In-sync replicas of the replicated partition, as often as broker 1 was seen to be up. */
  private final List<List<Integer>> inSyncWhileUp = new ArrayList<>();

  @Test
  void aReplicaWhoseLogCannotBeOpenedCountsNoMoreBeforeTheBrokerIsLetIn() throws Exception {
    PartitionId two;
    PartitionId one;
    try (CoreWiring _ = started(new JdkDisk())) {
      decided(
          new MetadataCommand.RegisterBroker(
              2, "h", 9092, "", new IncarnationId(2, 2), IncarnationId.NONE));
      decided(new MetadataCommand.UnfenceBroker(2, 0));
      two = create("two", List.of(1, 2));
      one = create("one", List.of(1));
      quorum.follow((index, delta, image) -> {
        if (image.broker(1).filter(row -> !row.fenced()).isPresent()) {
          inSyncWhileUp.add(image.partition(two).orElseThrow().isr());
        }
      });
    }
    assertEquals(List.of(1, 2), row(two).isr());
    damage(two);
    damage(one);
    inSyncWhileUp.clear();

    try (CoreWiring _ = started(new JdkDisk())) {
      assertEquals(List.of(2), row(two).isr());
      assertEquals(2, row(two).leader());
      assertTrue(inSyncWhileUp.stream().noneMatch(isr -> isr.contains(1)), inSyncWhileUp::toString);
      assertEquals(List.of(1), row(one).isr(), "nobody else has it: it waits for a repair");
      assertEquals(1, row(one).leader());
    }
  }

  @Test
  void whoAloneHoldsAPartitionStillDoesAfterAStartThatWasNotLetOpenItsLog() throws Exception {
    PartitionId two;
    try (CoreWiring _ = started(new JdkDisk())) {
      decided(
          new MetadataCommand.RegisterBroker(
              2, "h", 9092, "", new IncarnationId(2, 2), IncarnationId.NONE));
      decided(new MetadataCommand.UnfenceBroker(2, 0));
      two = create("two", List.of(1, 2));
      decided(
          new MetadataCommand.FenceBroker(2, quorum.image().broker(2).orElseThrow().brokerEpoch()));
    }
    Path log = logFolder(two).orElseThrow();
    Path aside = folder.resolve("aside");
    Files.move(log, aside);
    Files.writeString(log, "no folder");

    try (CoreWiring core = started(new JdkDisk())) {
      assertEquals(1, failedLogs(core));
      assertEquals(List.of(1), row(two).isr());
    }
    Files.delete(log);
    Files.move(aside, log);
    try (CoreWiring core = started(new JdkDisk())) {
      assertEquals(0, failedLogs(core));
      assertEquals(1, row(two).leader());
    }
  }

  private static long failedLogs(CoreWiring core) {
    return core.directories().stream().mapToLong(directory -> directory.failed().size()).sum();
  }

  private PartitionId create(String name, List<Integer> replicas) throws Exception {
    QuorumAnswer.Decided created =
        decided(
            new MetadataCommand.CreateTopic(
                name, 1, new ReplicaPlan.Assigned(List.of(replicas)), TreePMap.empty(), 1));
    TopicId id = assertInstanceOf(MetadataReply.TopicReply.class, created.reply()).id();
    PartitionId partition = new PartitionId(id, 0);
    for (long endNanos = System.nanoTime() + 30_000_000_000L; System.nanoTime() < endNanos; ) {
      if (logFolder(partition).isPresent()) {
        return partition;
      }
      Thread.onSpinWait();
    }
    throw new AssertionError(name + " has no log");
  }

  private QuorumAnswer.Decided decided(MetadataCommand command) {
    return assertInstanceOf(QuorumAnswer.Decided.class, quorum.decide(command));
  }

  private PartitionImage row(PartitionId id) {
    return quorum.image().partition(id).orElseThrow();
  }

  /** Puts a file in the place of the log. */
  private void damage(PartitionId id) throws IOException {
    Path log = logFolder(id).orElseThrow();
    try (Stream<Path> files = Files.list(log)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(log);
    Files.writeString(log, "no log");
  }

  private Optional<Path> logFolder(PartitionId id) {
    return Stream.of("one", "two")
        .map(directory -> folder.resolve(directory).resolve(id.toString()))
        .filter(Files::isDirectory)
        .findFirst();
  }
}
