package dev.milena.node.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.hosting.DirectoryHealth;
import dev.milena.broker.core.hosting.LogFailure;
import dev.milena.metadata.ClusterImage;
import dev.milena.node.directory.DiskRoom;
import dev.milena.quorum.ratis.LeaderSight;
import dev.milena.quorum.ratis.LogStatus;
import dev.milena.quorum.ratis.QuorumStage;
import dev.milena.quorum.ratis.QuorumStatus;
import dev.milena.quorum.ratis.VoterProgress;
import dev.milena.quorum.ratis.VoterStatus;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.Label;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class MetricsPageTest {
  private static final List<String> UNITS =
      List.of(
          "seconds",
          "bytes",
          "fds",
          "threads",
          "entries",
          "hash",
          "terms",
          "nodes",
          "leaders",
          "topics",
          "partitions",
          "brokers",
          "logs",
          "directories");
  private static final String HEAD =
      """
      # Metrics

      `GET /metrics` on the http port (9021) answers with these, in Prometheus' text form. Names end in their unit; what only
      grows ends in `_total`. Each is found when somebody asks, so measuring costs nothing. This page is compared with the
      program by a test (`MetricsPageTest`).

      `milena_quorum_*`, `milena_metadata_state_hash` and `milena_metadata_doubting_nodes` are of nodes that have a member of the quorum; a broker alone
      (`process.roles=broker`) has none of them. `milena_quorum_voter_*` have rows on the quorum's leader only. All else is on every node.

      | metric | kind | label | |
      |---|---|---|---|
      """;

  @Test
  void thePageListsWhatANodeTells() throws Exception {
    StringBuilder page = new StringBuilder(HEAD);
    for (MetricSnapshot metric : sorted().values()) {
      page.append(
          "| `%s` | %s | %s | %s |\n"
              .formatted(
                  name(metric), kind(metric), labels(metric), metric.getMetadata().getHelp()));
    }
    Path file = Path.of("../docs/METRICS.md");
    if (Boolean.getBoolean("milena.write.docs")) {
      Files.writeString(file, page.toString());
    }
    assertEquals(
        page.toString(), Files.readString(file), "write it anew with -Dmilena.write.docs=true");
  }

  @Test
  void everyNameEndsInAUnitAndEveryMeaningIsASentence() {
    SortedMap<String, MetricSnapshot> metrics = sorted();
    assertTrue(metrics.size() > 15, metrics.keySet().toString());
    for (MetricSnapshot metric : metrics.values()) {
      String name = name(metric).replaceFirst("_total$", "");
      assertTrue(UNITS.stream().anyMatch(unit -> name.endsWith("_" + unit)), name);
      assertTrue(String.valueOf(metric.getMetadata().getHelp()).endsWith("."), name);
    }
  }

  @Test
  void theTextHasAValueForEachMetric() {
    String text = new String(node().scrape(), StandardCharsets.UTF_8);
    for (MetricSnapshot metric : sorted().values()) {
      assertTrue(text.contains("\n" + name(metric)), name(metric) + " in " + text);
    }
  }

  private static NodeMetrics node() {
    NodeMetrics metrics = new NodeMetrics();
    ProcessMetrics.register(metrics);
    DirectoryMetrics.register(metrics, List.of(Path.of("/")), DiskRoom.ofMachine());
    DirectoryMetrics.registerHealth(
        metrics,
        () ->
            List.of(
                new DirectoryHealth(
                    Path.of("/"),
                    2,
                    new TreeMap<>(Map.of("t-0", new LogFailure(LogFailure.Kind.BROKEN, "EIO"))),
                    Optional.empty())));
    QuorumMetrics.register(
        metrics,
        () ->
            new QuorumStatus(
                1,
                QuorumStage.VOTER,
                true,
                new LeaderSight(OptionalInt.of(1), OptionalLong.of(0)),
                3,
                List.of(
                    new VoterStatus("n2-x", 2, "h", 9093, new VoterProgress.Known(17, 18, 0, 40))),
                new LogStatus(0, 18, 17, 17, -1)),
        () -> 1,
        () -> false);
    MetadataMetrics.register(metrics, 1, () -> ClusterImage.EMPTY, () -> 17);
    return metrics;
  }

  private static SortedMap<String, MetricSnapshot> sorted() {
    TreeMap<String, MetricSnapshot> sorted = new TreeMap<>();
    node().snapshots().forEach(metric -> sorted.put(name(metric), metric));
    return sorted;
  }

  private static String name(MetricSnapshot metric) {
    String name = metric.getMetadata().getPrometheusName();
    return metric instanceof CounterSnapshot ? name + "_total" : name;
  }

  private static String kind(MetricSnapshot metric) {
    return metric instanceof CounterSnapshot ? "counter" : "gauge";
  }

  private static String labels(MetricSnapshot metric) {
    TreeSet<String> labels = new TreeSet<>();
    metric
        .getDataPoints()
        .forEach(point -> point.getLabels().stream().map(Label::getName).forEach(labels::add));
    return String.join(", ", labels);
  }
}
