package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.IncarnationId;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.ReplicaPlan;
import dev.milena.quorum.FreePorts;
import dev.milena.quorum.ratis.formation.Voter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.pcollections.TreePMap;

/** Real members of a quorum for tests, and the commands they are asked. */
final class Members {
  static final CommandOrigin ORIGIN = new CommandOrigin("tester", "127.0.0.1:1", "a test");

  /** Patience, and no promise: on a busy machine the first leader has taken 20 s. */
  static final long TIMEOUT_MS = 60_000;

  /**
   * For members that are to keep their leader: on a busy machine a process stands still for a
   * second now and then, which a node's own time-out takes for a leader that is gone.
   */
  static final QuorumTuning STEADY = steady(QuorumTuning.DEFAULT);

  /** Snapshots often and by hand; small files; nothing kept that need not be. */
  static final QuorumTuning SMALL_LOG = smallLog(1_000);

  /** The same, with so many entries kept behind the end of the log. */
  static QuorumTuning smallLog(long keptEntries) {
    return new QuorumTuning(
        new QuorumTuning.Snapshots(500, 20_000, 30_000, 600_000, 2),
        keptEntries,
        1 << 17,
        1 << 20,
        600);
  }

  /** What members wanted to end the process for. */
  final CopyOnWriteArrayList<String> halts = new CopyOnWriteArrayList<>();

  /** The same, with the time-out of elections of {@link #STEADY}. */
  static QuorumTuning steady(QuorumTuning tuning) {
    return tuning.withElectionMs(2_000);
  }

  /** One voter on this folder, on any port. */
  static QuorumSettings single(Path folder, QuorumTuning tuning) {
    return new QuorumSettings(
        "test-cluster",
        1,
        List.of(new Voter(1, "127.0.0.1", 9093)),
        "127.0.0.1",
        0,
        folder,
        tuning);
  }

  /** Three voters in folders under this one. */
  static List<QuorumSettings> three(Path folder, QuorumTuning tuning) throws IOException {
    List<Voter> voters = new ArrayList<>();
    for (int id = 1; id <= 3; id++) {
      voters.add(new Voter(id, "127.0.0.1", FreePorts.take()));
    }
    return voters.stream()
        .map(voter ->
            new QuorumSettings(
                "test-cluster",
                voter.id(),
                voters,
                voter.host(),
                voter.port(),
                folder.resolve("node" + voter.id()),
                tuning))
        .toList();
  }

  QuorumServer start(QuorumSettings settings) throws IOException {
    return start(settings, QuorumEvents.NONE);
  }

  QuorumServer start(QuorumSettings settings, QuorumEvents events) throws IOException {
    return QuorumServer.start(settings, (what, cause) -> halts.add(what + ": " + cause), events);
  }

  static MetadataCommand createTopic(String name, int partitions) {
    return new MetadataCommand.CreateTopic(
        name, partitions, new ReplicaPlan.Factor(1), TreePMap.empty(), 0);
  }

  static MetadataCommand setRetention(String topic, long retentionMs) {
    return new MetadataCommand.AlterTopic(
        topic,
        MetadataCommand.AlterTopic.UNCHANGED,
        TreePMap.singleton("retention.ms", Long.toString(retentionMs)),
        List.of());
  }

  /** A broker that is up: registered, then unfenced. */
  static void bringUpBroker(QuorumServer member, int brokerId) throws Exception {
    decided(
        member.submit(
            new MetadataCommand.RegisterBroker(
                brokerId,
                "h" + brokerId,
                9092,
                "",
                new IncarnationId(7, brokerId),
                IncarnationId.NONE),
            ORIGIN,
            TIMEOUT_MS));
    decided(member.submit(new MetadataCommand.UnfenceBroker(brokerId, 0), ORIGIN, TIMEOUT_MS));
  }

  /** Sets a topic's config again and again, many at a time. */
  static void fill(QuorumServer member, int commands) throws Exception {
    await(member.submit(createTopic("t0", 1), ORIGIN, TIMEOUT_MS));
    List<CompletionStage<QuorumAnswer>> answers = new ArrayList<>();
    for (int i = 0; i < commands; i++) {
      answers.add(member.submit(setRetention("t0", 1_000_000 + i), ORIGIN, TIMEOUT_MS));
      if (answers.size() == 1_000) {
        for (CompletionStage<QuorumAnswer> answer : answers) {
          decided(answer);
        }
        answers.clear();
      }
    }
    for (CompletionStage<QuorumAnswer> answer : answers) {
      decided(answer);
    }
  }

  static QuorumAnswer.Decided decided(CompletionStage<QuorumAnswer> answer) throws Exception {
    QuorumAnswer end = await(answer);
    return assertInstanceOf(QuorumAnswer.Decided.class, end, end::toString);
  }

  static <T> T await(CompletionStage<T> answer) throws Exception {
    return answer.toCompletableFuture().get(2 * TIMEOUT_MS, TimeUnit.MILLISECONDS);
  }

  /** Waits for a change of voters that must come about; if it does not, its words are told. */
  static VoterChange.Done done(CompletionStage<VoterChange> change) throws Exception {
    VoterChange outcome = await(change);
    return assertInstanceOf(VoterChange.Done.class, outcome, () -> String.valueOf(outcome));
  }

  /** The first index of the log on a member's disk. */
  static long firstLog(QuorumSettings settings) throws IOException {
    return list(groupFolder(settings).resolve("current"), "log_").stream()
        .map(file -> file.getFileName().toString().replaceAll("log_(inprogress_)?(\\d+).*", "$2"))
        .mapToLong(Long::parseLong)
        .min()
        .orElseThrow();
  }

  static Path groupFolder(QuorumSettings settings) {
    return settings.raftFolder().resolve(settings.groupId().toString());
  }

  static List<Path> list(Path folder, String prefix) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(prefix))
          .sorted()
          .toList();
    }
  }
}
