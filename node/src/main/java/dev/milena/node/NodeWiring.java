package dev.milena.node;

import dev.milena.broker.connection.ConnectionSettings;
import dev.milena.broker.core.hosting.DirectoryHealth;
import dev.milena.broker.core.hosting.LogInTwoDirectories;
import dev.milena.broker.core.serving.CoreSettings;
import dev.milena.broker.core.serving.CoreWiring;
import dev.milena.broker.core.serving.LogDirectoriesLost;
import dev.milena.broker.core.serving.PlaceTaken;
import dev.milena.broker.core.serving.Registrant;
import dev.milena.broker.core.serving.RegistrationRefused;
import dev.milena.broker.core.serving.TopicDefaults;
import dev.milena.broker.core.stalls.DiskStalled;
import dev.milena.broker.door.DoorsWiring;
import dev.milena.broker.door.grpc.GrpcDoorSettings;
import dev.milena.broker.door.grpc.Served;
import dev.milena.log.disk.JdkDisk;
import dev.milena.metadata.BrokerDescription;
import dev.milena.metadata.MetadataView;
import dev.milena.metadata.ReplicaPlan;
import dev.milena.node.cluster.BrokerTokens;
import dev.milena.node.cluster.Self;
import dev.milena.node.directory.DataDirectories;
import dev.milena.node.directory.DiskRoom;
import dev.milena.node.directory.ShownId;
import dev.milena.node.directory.WantedCluster;
import dev.milena.node.exit.CannotStart;
import dev.milena.node.exit.ExitCode;
import dev.milena.node.exit.ThreadWatch;
import dev.milena.node.grpc.CopyWiring;
import dev.milena.node.metrics.CopyMetrics;
import dev.milena.node.metrics.DirectoryMetrics;
import dev.milena.node.metrics.MetadataMetrics;
import dev.milena.node.metrics.NodeMetrics;
import dev.milena.node.metrics.ProcessMetrics;
import dev.milena.node.metrics.QuorumMetrics;
import dev.milena.node.metrics.RetentionMetrics;
import dev.milena.node.metrics.StallMetrics;
import dev.milena.node.naming.SettingNames;
import dev.milena.node.ports.PortCheck;
import dev.milena.node.settings.BufferMemory;
import dev.milena.node.settings.ClusterMembership;
import dev.milena.node.settings.Endpoint;
import dev.milena.node.settings.NodeSettings;
import dev.milena.quorum.control.Silence;
import dev.milena.quorum.grpc.RunTokens;
import dev.milena.quorum.grpc.server.PeerServicesWiring;
import dev.milena.quorum.grpc.server.TokenHashes;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Constructs a node and starts its parts in order: directories, http, quorum, broker, clients. The
 * wirings of this module are the only places where its concrete sockets and disks come into being.
 */
@OwnedBy(Owner.CREATOR)
final class NodeWiring {
  private static final Logger LOG = LoggerFactory.getLogger(NodeWiring.class);
  private static final long REGISTER_MS = 120_000;
  private static final long DRAIN_MS = 5_000;
  private static final long HAND_OVER_MS = 1_000;

  private final NodeSettings settings;
  private final StartedParts parts;
  private final NodeReadiness readiness;
  private long bufferBytes;

  NodeWiring(NodeSettings settings, StartedParts parts) {
    this.settings = settings;
    this.parts = parts;
    this.readiness = new NodeReadiness(settings.membership().timing().sessionMs());
  }

  /** From now on the node is not ready. */
  void stopping() {
    readiness.stopping();
  }

  /**
   * Starts everything and returns when clients can be served.
   *
   * @param cannotGoOn to be called when the node cannot go on running
   * @return the ready line
   */
  String start(Consumer<CannotStart> cannotGoOn) throws CannotStart, InterruptedException {
    // before anything is changed: a start that must fail leaves nothing behind
    NodePorts.tryAll(settings);
    bufferBytes = BufferMemory.ofThisProcess();
    parts.add("thread watch", ThreadWatch.start(cannotGoOn)::close);
    PeersWiring peers = PeersWiring.open(settings, parts, cannotGoOn);
    DataDirectories directories = claimDirectories(peers);
    NodeMetrics metrics = new NodeMetrics();
    ProcessMetrics.register(metrics);
    DiskRoom room = DiskRoom.ofMachine();
    DirectoryMetrics.register(metrics, settings.directories().logs(), room);
    Endpoint http = HttpWiring.start(settings.http(), readiness::now, metrics, parts);
    DoorsWiring doors = bindDoors();
    Endpoint clients = settings.clients().withPort(doors.address().getPort());
    Endpoint advertised = Advertised.of(settings, clients.port());
    PeersWiring.Joined cluster =
        peers.join(
            new Self(
                settings.nodeId(), directories.clusterName(), settings.directories().logs(), room),
            advertised,
            directories.secret());
    register(metrics, cluster);
    CoreWiring core = openCore(directories, cluster, cannotGoOn);
    DirectoryMetrics.registerHealth(metrics, core::directories);
    DirectoryMetrics.registerTotals(metrics, core::totals);
    CopyMetrics.register(metrics, core.totals().copied());
    StallMetrics.register(metrics, core::stalls);
    peers.measuredBy(() -> new Silence(core.stalls().callInUseMs(), core.stalls().loopMs()));
    RetentionMetrics.register(metrics, core.retention()::checks, core.retention()::aheadMs);
    QuorumStep quorumStep = new QuorumStep(cluster.source()::silentMs);
    parts.add("membership", () -> quorumStep.run("being fenced", core::leave));
    open(doors, core, cluster);
    parts.add("leaderships", () -> quorumStep.run("handing over", () -> handOver(core, cluster)));
    Optional<Endpoint> quorum =
        cluster
            .member()
            .map(member -> reachable(settings.quorum().withPort(member.port()), advertised.host()));
    register(core, advertised, quorum, cluster.tokens());
    doors.serving();
    readiness.started(() -> standing(cluster, core));
    return "milena ready: clients=%s quorum=%s http=%s node=%s"
        .formatted(
            reachable(clients, advertised.host()),
            quorum.map(Endpoint::toString).orElse("none"),
            reachable(http, advertised.host()),
            settings.nodeId());
  }

  private void register(NodeMetrics metrics, PeersWiring.Joined cluster) {
    cluster
        .member()
        .ifPresent(member ->
            QuorumMetrics.register(
                metrics,
                member::status,
                cluster.source()::silentMs,
                member::behindMs,
                member::stateHash,
                member::isStateDoubted,
                member::stateAgreedIndex));
    MetadataView view = cluster.gateway().view();
    MetadataMetrics.register(metrics, settings.nodeId(), view::image, view::appliedIndex);
  }

  private NodeReadiness.Standing standing(PeersWiring.Joined cluster, CoreWiring core) {
    return new NodeReadiness.Standing(
        cluster.gateway().view().image().broker(settings.nodeId()),
        cluster.source().staleMs(),
        core.directories().stream().noneMatch(DirectoryHealth::isUnusable));
  }

  /** First what this broker leads, then the quorum: others are found by their brokers at once. */
  private static void handOver(CoreWiring core, PeersWiring.Joined cluster)
      throws InterruptedException {
    core.handOver();
    if (cluster.member().isPresent()) {
      var _ = cluster.member().get().handOver(HAND_OVER_MS);
    }
  }

  /** An address that somebody can connect to: "all interfaces" is none. */
  private static Endpoint reachable(Endpoint bound, String host) {
    return bound.isEverywhere() ? bound.withHost(host) : bound;
  }

  private DoorsWiring bindDoors() throws CannotStart {
    try {
      NodeSettings.ClientLimits limits = settings.limits();
      ConnectionSettings usual = ConnectionSettings.at(PortCheck.address(settings.clients()));
      DoorsWiring doors =
          DoorsWiring.bind(
              new ConnectionSettings(
                  usual.listen(),
                  usual.ioThreads(),
                  limits.backlog(),
                  new ConnectionSettings.Limits(
                      limits.connections(),
                      limits.perAddress(),
                      usual.limits().undecided(),
                      usual.limits().decideMs(),
                      limits.requestBytes())));
      parts.add("client port", doors::close);
      parts.reachedBy(doors::cutOff);
      return doors;
    } catch (IOException e) {
      throw new CannotStart(
          ExitCode.ENVIRONMENT,
          "cannot listen on %s (clients): %s; choose another with %s"
              .formatted(
                  settings.clients(),
                  e.getMessage(),
                  settings.names().port(SettingNames.Listener.CLIENTS)),
          e);
    }
  }

  /**
   * Lets clients and other nodes in; clients are refused until the broker is registered. When
   * stopping, what they have asked is answered while the core still works.
   */
  private void open(DoorsWiring doors, CoreWiring core, PeersWiring.Joined cluster)
      throws CannotStart {
    PeerServicesWiring peers = cluster.services();
    TokenHashes hashes = TokenHashes.in(cluster.gateway().view());
    Served served =
        new Served(
            core.core(),
            Optional.of(cluster.desk()),
            CopyWiring.services(peers, core.copies()),
            Optional.of(new BrokerTokens(settings.nodeId(), cluster.tokens(), hashes)));
    int largestBatch =
        Integer.parseInt(settings.defaults().configs().getOrDefault("max.message.bytes", "0"));
    try {
      doors.open(
          served, GrpcDoorSettings.of(largestBatch, settings.limits().requestBytes(), bufferBytes));
    } catch (IOException e) {
      throw new CannotStart(
          ExitCode.ENVIRONMENT, "clients cannot be served: %s".formatted(e.getMessage()), e);
    }
    parts.add(
        "clients",
        () -> {
          peers.close();
          if (!doors.drain(DRAIN_MS)) {
            LOG.atWarn().addKeyValue("calls", doors.openCalls()).log("calls were cut off");
          }
          doors.close();
        });
  }

  private DataDirectories claimDirectories(PeersWiring peers)
      throws CannotStart, InterruptedException {
    ClusterMembership membership = settings.membership();
    Optional<UUID> met =
        membership.isNamed(settings.nodeId())
            ? Optional.empty()
            : Optional.of(
                BootstrapServers.cluster(
                    peers.channels(), membership.bootstrap(), membership.clusterId()));
    DataDirectories directories =
        DataDirectories.claim(
            settings.nodeId(),
            settings.directories().logs(),
            settings.directories().metadata(),
            new WantedCluster(membership.clusterId(), met.or(membership::cluster)),
            UUID::randomUUID,
            settings.names(),
            new JdkDisk());
    parts.add("directories", directories::close);
    if (met.isPresent() && !met.get().equals(directories.clusterId())) {
      throw new CannotStart(
          ExitCode.SETTING,
          "controller.quorum.bootstrap.servers %s lead to cluster %s, and the data of this node belongs to cluster %s; name brokers of that one, or another log.dirs"
              .formatted(membership.bootstrap(), ShownId.of(met.get()), directories.clusterName()));
    }
    return directories;
  }

  private CoreWiring openCore(
      DataDirectories directories, PeersWiring.Joined cluster, Consumer<CannotStart> cannotGoOn)
      throws CannotStart {
    CoreSettings core =
        new CoreSettings(
            settings.nodeId(),
            directories.clusterName(),
            settings.directories().logs(),
            topicDefaults(),
            settings.membership().timing().sessionMs(),
            new CoreSettings.Disks(settings.directories().stallMs(), settings.scrub()),
            CoreSettings.Limits.of(
                    Runtime.getRuntime().availableProcessors(),
                    bufferBytes,
                    settings.retentionCheckMs())
                .movingAtMost(settings.moveBytesPerSecond()));
    try {
      CoreWiring wiring =
          CoreWiring.open(
              core,
              new JdkDisk(),
              cluster.gateway(),
              cluster.leaders(),
              failure -> cannotGoOn.accept(coreFailed(failure)));
      parts.add("broker", wiring::close);
      return wiring;
    } catch (LogInTwoDirectories e) {
      throw new CannotStart(ExitCode.STORAGE, String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw logsUnusable(e);
    }
  }

  private CannotStart coreFailed(Throwable failure) {
    return switch (failure) {
      case LogDirectoriesLost lost ->
          new CannotStart(
              ExitCode.STORAGE,
              "no log directory can be used any more: %s; look what the disk reports, replace it or name another directory with %s, and start again"
                  .formatted(lost.getMessage(), settings.names().dataDirectory()),
              lost);
      case DiskStalled stalled ->
          new CannotStart(
              ExitCode.STORAGE,
              "the broker cannot go on: %s; look what the system says of the disk, replace it or name another directory with %s, and start again (disk.stall.ms=%s)"
                  .formatted(
                      stalled.getMessage(),
                      settings.names().dataDirectory(),
                      settings.directories().stallMs()),
              stalled);
      case PlaceTaken taken ->
          new CannotStart(
              ExitCode.ENVIRONMENT,
              "%s, and this one ends so that they do not both write; nothing is wrong with its disks: look where else a node runs with node.id=%s, and give each its own"
                  .formatted(taken.getMessage(), settings.nodeId()),
              taken);
      default -> brokerFailed(failure);
    };
  }

  private static CannotStart logsUnusable(IOException e) {
    return new CannotStart(
        ExitCode.STORAGE,
        "the log directories cannot be used: %s; look what the disk reports, or put the file back"
                .formatted(e.getMessage())
            + " from a backup",
        e);
  }

  private TopicDefaults topicDefaults() {
    NodeSettings.TopicDefaults given = settings.defaults();
    return new TopicDefaults(
        given.partitions(),
        given.replicationFactor() == 0
            ? new ReplicaPlan.ByRule(settings.membership().voters().size())
            : new ReplicaPlan.Factor(given.replicationFactor()),
        given.minInsyncReplicas(),
        given.configs(),
        settings.producerExpirationMs());
  }

  private void register(
      CoreWiring core, Endpoint advertised, Optional<Endpoint> quorum, RunTokens tokens)
      throws CannotStart, InterruptedException {
    try {
      core.register(
          new Registrant(
              new BrokerDescription(
                  advertised.host(),
                  advertised.port(),
                  settings.rack(),
                  quorum.map(Endpoint::toString).orElse(""),
                  Milena.softwareVersion(),
                  settings.flushPolicy() == NodeSettings.FlushPolicy.REPLICATED),
              tokens::begin),
          REGISTER_MS);
    } catch (RegistrationRefused e) {
      throw new CannotStart(ExitCode.ENVIRONMENT, String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw logsUnusable(e);
    }
  }

  private static CannotStart brokerFailed(Throwable failure) {
    ExitCode code = ExitCode.ofFailure(failure);
    String what =
        code == ExitCode.BUG
            ? "this should not happen, report it with the log"
            : "the log above says more";
    return new CannotStart(
        code,
        "the broker cannot go on: %s; %s; the next start recovers".formatted(failure, what),
        failure);
  }
}
