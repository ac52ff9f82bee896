package dev.milena.node;

import dev.milena.node.directory.ShownId;
import dev.milena.node.exit.CannotStart;
import dev.milena.node.exit.ExitCode;
import dev.milena.node.settings.Endpoint;
import dev.milena.quorum.grpc.client.Introductions;
import dev.milena.quorum.grpc.client.Introductions.Met;
import dev.milena.quorum.grpc.connection.PeerAddress;
import dev.milena.quorum.grpc.connection.PeerChannels;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a node that is not among the voters learns which cluster it is to join. */
final class BootstrapServers {
  private static final Logger log = LoggerFactory.getLogger(BootstrapServers.class);
  private static final long PATIENCE_MS = 120_000;
  private static final long SAY_EVERY_MS = 10_000;
  private static final long PAUSE_MS = 250;

  private BootstrapServers() {}

  /**
   * Asks until one answers, two minutes at most. Waits.
   *
   * @param told cluster.id, when it is set
   * @return the cluster's id
   * @throws CannotStart also when it is another one than told
   */
  static UUID cluster(PeerChannels channels, List<Endpoint> servers, Optional<UUID> told)
      throws CannotStart, InterruptedException {
    List<PeerAddress> addresses =
        servers.stream().map(server -> new PeerAddress(server.host(), server.port())).toList();
    long begunMs = nowMs();
    long sayAtMs = begunMs;
    while (true) {
      switch (Introductions.ask(channels, addresses)) {
        case Met.Member member -> {
          log.atInfo()
              .addKeyValue("cluster", member.clusterId())
              .addKeyValue("by", member.by())
              .log("joins a cluster");
          UUID met = ShownId.parse(member.clusterId()).orElseThrow(() -> unreadable(member));
          if (told.isPresent() && !told.get().equals(met)) {
            throw another(member, told.get());
          }
          return met;
        }
        case Met.Nobody(SortedMap<String, String> why) -> {
          if (nowMs() - begunMs >= PATIENCE_MS) {
            throw nobody(why);
          }
          if (nowMs() >= sayAtMs) {
            sayAtMs = nowMs() + SAY_EVERY_MS;
            log.atInfo().addKeyValue("answers", why).log("waits for a broker of the cluster");
          }
        }
      }
      pause();
    }
  }

  private static CannotStart nobody(SortedMap<String, String> why) {
    return new CannotStart(
        ExitCode.ENVIRONMENT,
        "none of controller.quorum.bootstrap.servers could say which cluster this is, for %s s: %s; name client addresses (9092) of brokers that are voters"
            .formatted(TimeUnit.MILLISECONDS.toSeconds(PATIENCE_MS), why));
  }

  private static CannotStart another(Met.Member member, UUID told) {
    return new CannotStart(
        ExitCode.SETTING,
        "controller.quorum.bootstrap.servers lead to cluster %s (%s answered), and cluster.id is %s; name brokers of that cluster, or correct cluster.id"
            .formatted(member.clusterId(), member.by(), ShownId.of(told)));
  }

  private static CannotStart unreadable(Met.Member member) {
    return new CannotStart(
        ExitCode.ENVIRONMENT,
        "%s answers as node %s of a cluster without a readable id; is it Milena of this release?"
            .formatted(member.by(), member.nodeId()));
  }

  private static void pause() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("while asking bootstrap servers");
    }
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MS));
  }

  private static long nowMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }
}
