package dev.milena.it.history;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The files of a history, and what they tell. */
public final class History {
  /** The first few of a kind say what is wrong. */
  private static final int MOST_OF_A_KIND = 20;

  private static final String SUFFIX = ".history";

  private final Path folder;
  private final String topic;
  private final int partitions;
  private final HistoryChecker checker = new HistoryChecker(MOST_OF_A_KIND);

  History(Path folder, String topic, int partitions) {
    this.folder = folder;
    this.topic = topic;
    this.partitions = partitions;
  }

  /**
   * Adds what lies in the logs of a node that does not run.
   *
   * @param logs where the node keeps its partitions
   */
  public void addReplicas(int node, Path logs, String topicId) throws IOException {
    for (int partition = 0; partition < partitions; partition++) {
      checker.keeps(node, partition);
      Path log = logs.resolve(topicId + "-" + partition);
      new ReplicaLog(node, topic, partition).read(log, checker::take);
    }
  }

  /** How writes got over each of these faults. */
  public List<Recovery> recoveries(List<Recovery.Span> spans) throws IOException {
    Recoveries recoveries = new Recoveries(spans, partitions);
    read("producer-", recoveries::take);
    return recoveries.found();
  }

  /** Of the writes that were acknowledged within each of these, how long the longest took. */
  public List<Long> longestWaitsMs(List<Recovery.Span> spans) throws IOException {
    LongestWaits waits = new LongestWaits(spans);
    read("producer-", waits::take);
    return waits.foundMs();
  }

  /** What is to be said of it: totals and findings; to be asked once. */
  public Verdict judge() throws IOException {
    read("", checker::take);
    Findings findings = checker.judge();
    int lost = findings.counts().getOrDefault(Finding.Kind.LOST, 0);
    return new Verdict(
        findings.isEmpty(), lost, checker.failed(), checker.totals(), findings.toString());
  }

  /**
   * The checker's word.
   *
   * @param clean whether nothing was found
   * @param lost how many acknowledged records are not there
   * @param failed how many records were not acknowledged, whatever became of them
   */
  public record Verdict(boolean clean, int lost, long failed, String totals, String findings) {}

  private void read(String prefix, Consumer<Event> take) throws IOException {
    for (Path file : files(prefix)) {
      HistoryFile.read(file, take);
    }
  }

  private List<Path> files(String prefix) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(prefix))
          .filter(file -> file.getFileName().toString().endsWith(SUFFIX))
          .sorted()
          .toList();
    }
  }
}
