package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.it.cluster.TopicHistory.Outcome;
import dev.milena.it.cluster.TopicHistory.Reply;
import dev.milena.it.network.Hosts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * Nodes on hosts of their own, between which packets can be lost without a word, under a load of
 * administration at each of them. Their clients are on the nodes' own hosts, so no cut comes
 * between.
 */
final class SplitCluster implements AutoCloseable {
  static final int SESSION_MS = 4_000;

  /** Nothing stays up and useless for longer once the network is whole (I10 in REPLICATION.md). */
  private static final Duration BACK_WITHIN = Duration.ofSeconds(30);

  /** A node has one writer: of so many changes all but one were asked for after counting began. */
  private static final int SOME_CHANGES = 3;

  private static final int PATIENCE_MS = 1_000;

  /** What a busy machine may add to an answer. */
  private static final int SLACK_MS = 5_000;

  private final SplittableRandom random;
  private final HostsSite site;
  private final Cluster cluster;
  private final TopicHistory topics = new TopicHistory();
  private final List<String> acknowledged = new ArrayList<>();
  private Optional<TopicLoad> load = Optional.empty();
  private int names;

  private SplitCluster(HostsSite site, Cluster cluster, long seed) {
    this.site = site;
    this.cluster = cluster;
    random = new SplittableRandom(seed);
  }

  /** Starts so many nodes, all voters; skips the test where there can be no hosts. */
  static SplitCluster start(Path folder, int nodes, long seed) throws Exception {
    Hosts.assumePossible();
    HostsSite site = HostsSite.create(nodes);
    SplitCluster split = new SplitCluster(site, Cluster.at(site, folder, nodes), seed);
    boolean whole = false;
    try {
      split.cluster.dressAll(
          Cluster.Launch.with(
              "broker.session.timeout.ms=" + SESSION_MS, "broker.heartbeat.interval.ms=1000"));
      split.cluster.startAll();
      whole = true;
      return split;
    } finally {
      if (!whole) {
        split.close();
      }
    }
  }

  Cluster cluster() {
    return cluster;
  }

  TopicHistory topics() {
    return topics;
  }

  /** Begins the load, under names that begin so. */
  void begin(String prefix) {
    load.ifPresent(TopicLoad::abandon);
    Map<Integer, String> addresses = new TreeMap<>();
    cluster.up().forEach(id -> addresses.put(id, cluster.clientsOf(id)));
    load = Optional.of(TopicLoad.start(topics, addresses, prefix, random.split()));
    awaitProgress(cluster.up());
  }

  /** From now on no packet passes between nodes of different sides. */
  void part(List<List<Integer>> sides) throws Exception {
    site.part(sides);
  }

  /** From now on none that one sends reaches the other. */
  void cutOneWay(int from, int to) throws Exception {
    site.host(from).cutOneWay(site.host(to));
  }

  /**
   * Waits until each of these has acknowledged some changes from now on; as long as a test may wait
   * for anything, for the writers run in this process, which does not go before others.
   */
  void awaitProgress(Collection<Integer> ids) {
    TopicLoad current = load.orElseThrow();
    Map<Integer, Integer> before = current.done(ids);
    Cluster.await("changes at " + ids, () -> current.doneSince(before, SOME_CHANGES));
  }

  /** Waits until a majority of all have each acknowledged some changes from now on. */
  void awaitProgressOfMajority() {
    TopicLoad current = load.orElseThrow();
    List<Integer> all = cluster.up();
    Map<Integer, Integer> before = current.done(all);
    Cluster.await(
        "changes at a majority",
        () ->
            before.entrySet().stream().filter(one -> current.doneSince(one, SOME_CHANGES)).count()
                > all.size() / 2);
  }

  /**
   * Waits until each of these has acknowledged some changes from now on; for nothing when another
   * leads, as it may on a machine so busy that a node stands still for longer than an election.
   */
  void awaitProgressUnder(int leader, Collection<Integer> ids) {
    TopicLoad current = load.orElseThrow();
    Map<Integer, Integer> before = current.done(ids);
    Cluster.await(
        "changes at " + ids,
        () ->
            current.doneSince(before, SOME_CHANGES)
                || leaders().stream().anyMatch(id -> id != leader));
  }

  /**
   * Waits until these say that they are fenced or know of no quorum, as they may by turns when they
   * hear one of its members and not its leader, whose metadata comes through that member; and has
   * each refuse a change.
   */
  void awaitFencedOrUseless(Collection<Integer> ids) {
    awaitReadiness(ids, Set.of("fenced\n", "no_quorum\n"));
    areUseless(ids);
  }

  private void awaitReadiness(Collection<Integer> ids, Set<String> wanted) {
    Map<Integer, String> said = new TreeMap<>();
    Cluster.await(
        () -> "/readyz says one of " + wanted + "; last said " + said,
        BACK_WITHIN,
        () -> {
          ids.forEach(id -> said.put(id, cluster.get(id, "/readyz")));
          return wanted.containsAll(said.values());
        });
  }

  /** Waits until these say that they know of no quorum, and has each refuse a change. */
  void awaitUseless(Collection<Integer> ids) {
    awaitReadiness(ids, Set.of("no_quorum\n"));
    areUseless(ids);
  }

  private void areUseless(Collection<Integer> ids) {
    for (int id : ids) {
      assertEquals("ok\n", cluster.get(id, "/livez"));
      refuses(id);
    }
  }

  /**
   * Who has had no leader since before he was asked can promise that he changed nothing. When a
   * busy machine lets his time pass in the middle of the question he may not, and is asked again.
   */
  private void refuses(int at) {
    List<Reply> replies = new ArrayList<>();
    Cluster.await(
        () ->
            "node %s says that nothing was changed; it said %s; %s"
                .formatted(at, replies, logOf(at)),
        Duration.ofMinutes(1),
        () -> {
          replies.add(refusal(at));
          return replies.getLast().reason().equals("QUORUM_UNAVAILABLE");
        });
  }

  private String logOf(int id) {
    try {
      return cluster.node(id).errors();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private Reply refusal(int at) {
    String name = "refused-" + names++;
    long asked = System.nanoTime();
    Reply reply = topics.ask(cluster.clientsOf(at), name, 1, 1, PATIENCE_MS);
    long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - asked);
    assertTrue(
        Set.of("QUORUM_UNAVAILABLE", "TIMED_OUT").contains(reply.reason()),
        "node " + at + ": " + reply);
    assertTrue(tookMs <= PATIENCE_MS + SLACK_MS, "refused after " + tookMs + " ms");
    return reply;
  }

  /** Waits until each of these shows so many brokers as fenced. */
  void awaitFenced(Collection<Integer> by, int count) {
    Cluster.await(
        "as many fenced as are cut off: " + count,
        BACK_WITHIN,
        () -> by.stream().allMatch(id -> brokers(id, "fenced") == count));
  }

  /** How many brokers a node knows in this state, as its metrics say; -1 when it says nothing. */
  private double brokers(int id, String state) {
    String begin = "milena_metadata_brokers{state=\"" + state + "\"} ";
    return cluster
        .get(id, "/metrics")
        .lines()
        .filter(line -> line.startsWith(begin))
        .mapToDouble(line -> Double.parseDouble(line.substring(begin.length())))
        .findFirst()
        .orElse(-1);
  }

  /** Who says that it leads the quorum, when that is one alone; waits for it. */
  int onlyLeader() {
    List<Integer> found = new ArrayList<>();
    Cluster.await(
        "one node leads the quorum and no other",
        BACK_WITHIN,
        () -> {
          found.clear();
          found.addAll(leaders());
          return found.size() == 1;
        });
    return found.getFirst();
  }

  private List<Integer> leaders() {
    return cluster.up().stream()
        .filter(id -> cluster.metric(id, "milena_quorum_leading_nodes").orElse(0.0) == 1)
        .toList();
  }

  /**
   * Fails when more terms were begun since than a busy machine accounts for. A voter that hears
   * nobody and asks for no leave first begins one each 1.2 s at the latest.
   *
   * @param before the term when it began
   * @param sinceNanos when it began
   */
  void assertFewTerms(double before, long sinceNanos) {
    double began = term() - before;
    long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - sinceNanos);
    System.out.printf("%s terms were begun in %s s%n", began, seconds);
    assertTrue(began <= 1 + seconds / 6, began + " terms were begun in " + seconds + " s");
  }

  /** The latest term that any of them knows. */
  double term() {
    return cluster.up().stream()
        .mapToDouble(id -> cluster.metric(id, "milena_quorum_terms_total").orElseThrow())
        .max()
        .orElseThrow();
  }

  /** Creates a topic, which must be there in the end. */
  String create(int at, int partitions, int replicas) {
    String name = "topic-" + names++;
    assertEquals(
        Outcome.DONE, topics.create(cluster.clientsOf(at), name, partitions, replicas), name);
    acknowledged.add(name);
    return name;
  }

  /** Makes all cables whole, and waits until all nodes serve and none is fenced. */
  void heal(String after) throws Exception {
    site.heal();
    long healed = System.nanoTime();
    int all = cluster.up().size();
    Cluster.await(
        "all are ready, and all know it",
        BACK_WITHIN,
        () ->
            cluster.up().stream().allMatch(id -> cluster.isReady(id) && brokers(id, "up") == all));
    long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - healed);
    System.out.printf("%s: whole again after %s ms%n", after, tookMs);
    if (load.isPresent()) {
      awaitProgress(cluster.up());
    }
  }

  /** Ends the load; all that was acknowledged is there, all can have happened, all are alike. */
  void end() throws Exception {
    if (load.isEmpty()) {
      return;
    }
    acknowledged.addAll(load.get().stop());
    load = Optional.empty();
    cluster.awaitOneState();
    Map<String, Set<String>> seen = new TreeMap<>();
    for (int id : cluster.up()) {
      Map<String, String> shown = topics.shown(cluster.clientsOf(id));
      for (String name : acknowledged) {
        Optional<String> found =
            Optional.ofNullable(shown.get(name)).or(() -> topics.look(cluster.clientsOf(id), name));
        assertTrue(found.isPresent(), name + " was acknowledged and is gone at " + id);
        seen.computeIfAbsent(name, _ -> new TreeSet<>()).add(found.get());
      }
    }
    seen.forEach((name, ids) -> assertEquals(1, ids.size(), name + " has the ids " + ids));
    System.out.printf("%s topics acknowledged, %s calls%n", acknowledged.size(), topics.size());
    assertEquals(Map.of(), topics.impossible());
  }

  @Override
  public void close() throws Exception {
    if (load.isPresent()) {
      load.get().stop();
    }
    topics.close();
    cluster.close();
  }
}
