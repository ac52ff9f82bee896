package dev.milena.node.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.copy.CopyTotals;
import dev.milena.broker.core.hosting.DirectoryHealth;
import dev.milena.broker.core.hosting.LogFailure;
import dev.milena.broker.core.hosting.SyncTotals;
import dev.milena.broker.core.serving.CoreTotals;
import dev.milena.broker.core.stalls.StallAges;
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
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MetricsPageTest {
  private static final List<String> UNITS =
      List.of(
          "seconds",
          "syncs",
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
          "batches",
          "brokers",
          "logs",
          "directories",
          "checks");
  private static final String HEAD =
      """
      # Metrics

      `GET /metrics` on the http port (9021) answers with these, in Prometheus' text form. Names end in their unit; what only
      grows ends in `_total`. Each is found when somebody asks, so measuring costs nothing. This page is compared with the
      program by a test (`MetricsPageTest`), and with what nodes answer that run (`GoneBrokerTest`, `ClusterAdministrationTest`).

      "of" says which nodes show it: *every node*; a *member*, which is every node with a member of the quorum, so all but a broker alone
      (`process.roles=broker`); or the *leader*, the member that leads the quorum now. A node that starts shows the first of them early, and
      all when it is ready. A directory whose disk does not answer within a second has no row for its room.

      | metric | kind | label | of | |
      |---|---|---|---|---|
      """;

  @Test
  void thePageListsWhatANodeTells() throws Exception {
    StringBuilder page = new StringBuilder(HEAD);
    for (MetricSnapshot metric : sorted().values()) {
      page.append(
          "| `%s` | %s | %s | %s | %s |\n"
              .formatted(
                  name(metric),
                  kind(metric),
                  labels(metric),
                  of(name(metric)),
                  metric.getMetadata().getHelp()));
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

  /** Of a node that leads: it shows all there is. */
  private static NodeMetrics node() {
    NodeMetrics metrics = broker();
    registerMember(metrics, new VoterProgress.Known(17, 18, 0, 40));
    return metrics;
  }

  /** Which nodes show it, as they do. */
  private static String of(String name) {
    NodeMetrics follower = broker();
    registerMember(follower, new VoterProgress.Unknown());
    return shown(broker()).contains(name)
        ? "every node"
        : shown(follower).contains(name) ? "member" : "leader";
  }

  private static Set<String> shown(NodeMetrics node) {
    return new String(node.scrape(), StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.startsWith("# TYPE "))
        .map(line -> line.split(" ", -1)[2])
        .collect(Collectors.toSet());
  }

  private static NodeMetrics broker() {
    NodeMetrics metrics = new NodeMetrics();
    ProcessMetrics.register(metrics);
    DirectoryMetrics.register(metrics, List.of(Path.of("/")), DiskRoom.ofMachine());
    var totals = new CoreTotals(1, 2, new SyncTotals(3, 5), new CopyTotals());
    DirectoryMetrics.registerTotals(metrics, () -> totals);
    DirectoryMetrics.registerHealth(
        metrics,
        () ->
            List.of(
                new DirectoryHealth(
                    Path.of("/"),
                    2,
                    new TreeMap<>(Map.of("t-0", new LogFailure(LogFailure.Kind.BROKEN, "EIO"))),
                    Optional.empty())));
    CopyMetrics.register(metrics, totals.copied());
    StallMetrics.register(
        metrics, () -> new StallAges(new TreeMap<>(Map.of(Path.of("/data"), 3L)), 3, 0));
    RetentionMetrics.register(metrics, () -> 5, () -> OptionalLong.of(-1_500));
    MetadataMetrics.register(metrics, 1, () -> ClusterImage.EMPTY, () -> 17);
    return metrics;
  }

  @Test
  void withoutAVoteALeaderIsKnownByWhatVotersTold() {
    LeaderSight seen = new LeaderSight(OptionalInt.of(1), OptionalLong.of(0));
    assertEquals(1, knownLeaders(QuorumStage.STRANGER, LeaderSight.NONE, OptionalLong.of(300)));
    assertEquals(0, knownLeaders(QuorumStage.STRANGER, LeaderSight.NONE, OptionalLong.of(2_000)));
    assertEquals(0, knownLeaders(QuorumStage.STRANGER, LeaderSight.NONE, OptionalLong.empty()));
    assertEquals(1, knownLeaders(QuorumStage.VOTER, seen, OptionalLong.empty()));
    assertEquals(0, knownLeaders(QuorumStage.VOTER, LeaderSight.NONE, OptionalLong.of(300)));
  }

  private static int knownLeaders(QuorumStage stage, LeaderSight sight, OptionalLong silentMs) {
    NodeMetrics metrics = new NodeMetrics();
    register(metrics, status(stage, sight, new VoterProgress.Unknown()), silentMs);
    String text = new String(metrics.scrape(), StandardCharsets.UTF_8);
    return text.contains("\nmilena_quorum_known_leaders 1") ? 1 : 0;
  }

  private static void registerMember(NodeMetrics metrics, VoterProgress progress) {
    LeaderSight seen = new LeaderSight(OptionalInt.of(1), OptionalLong.of(0));
    register(metrics, status(QuorumStage.VOTER, seen, progress), OptionalLong.of(0));
  }

  private static QuorumStatus status(QuorumStage stage, LeaderSight sight, VoterProgress progress) {
    return new QuorumStatus(
        1,
        stage,
        true,
        sight,
        3,
        List.of(new VoterStatus("n2-x", 2, "h", 9093, progress)),
        new LogStatus(0, 18, 17, 17, -1));
  }

  private static void register(NodeMetrics metrics, QuorumStatus status, OptionalLong silentMs) {
    QuorumMetrics.register(
        metrics, () -> status, () -> silentMs, () -> 0, () -> 1, () -> false, () -> -1);
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
