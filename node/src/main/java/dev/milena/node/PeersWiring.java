package dev.milena.node;

import dev.milena.broker.core.cluster.ClusterDesk;
import dev.milena.broker.core.copy.LeaderDialer;
import dev.milena.node.cluster.ClusterWiring;
import dev.milena.node.cluster.Self;
import dev.milena.node.exit.CannotStart;
import dev.milena.node.exit.ExitCode;
import dev.milena.node.grpc.CopyWiring;
import dev.milena.node.quorum.BrokersQuorum;
import dev.milena.node.quorum.KnownMembers;
import dev.milena.node.quorum.MemberSource;
import dev.milena.node.quorum.ServedMember;
import dev.milena.node.settings.Endpoint;
import dev.milena.node.settings.NodeSettings;
import dev.milena.quorum.control.Silence;
import dev.milena.quorum.grpc.BrokerSecret;
import dev.milena.quorum.grpc.PeerIdentity;
import dev.milena.quorum.grpc.RunTokens;
import dev.milena.quorum.grpc.client.FollowFeed;
import dev.milena.quorum.grpc.client.MemberAddresses;
import dev.milena.quorum.grpc.client.OwnMember;
import dev.milena.quorum.grpc.client.PeerCalls;
import dev.milena.quorum.grpc.client.RemoteQuorum;
import dev.milena.quorum.grpc.client.SessionClient;
import dev.milena.quorum.grpc.client.SourceSwitcher;
import dev.milena.quorum.grpc.connection.PeerAddress;
import dev.milena.quorum.grpc.connection.PeerChannels;
import dev.milena.quorum.grpc.server.NodeName;
import dev.milena.quorum.grpc.server.PeerServicesWiring;
import dev.milena.quorum.grpc.server.TokenHashes;
import dev.milena.quorum.ratis.QuorumServer;
import dev.milena.quorum.view.SwitchingView;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Constructs what makes a node one of many: its member of the quorum if it has one, the controller
 * beside it, the view of the metadata, and what it asks of other nodes and they of it.
 */
@OwnedBy(Owner.CREATOR)
final class PeersWiring {
  /**
   * A property of the process, for tests of the stream and no setting: the broker beside a member
   * follows the metadata over the stream from others all the same, as one without a member does.
   * Like that one it wants {@code controller.quorum.bootstrap.servers}.
   */
  private static final String ONLY_STREAM = "milena.metadata.stream";

  /** Of the second that a process gives its connections when it ends. */
  private static final long HAND_OVER_MS = 400;

  private final NodeSettings settings;
  private final PeerChannels channels;
  private final StartedParts parts;
  private final Consumer<CannotStart> cannotGoOn;
  private volatile Supplier<Silence> silence = () -> Silence.NONE;
  private volatile Optional<QuorumServer> ownMember = Optional.empty();

  private PeersWiring(
      NodeSettings settings,
      PeerChannels channels,
      StartedParts parts,
      Consumer<CannotStart> cannotGoOn) {
    this.settings = settings;
    this.channels = channels;
    this.parts = parts;
    this.cannotGoOn = cannotGoOn;
  }

  /**
   * A node's part in the cluster, started.
   *
   * @param member this node's, if it has one
   * @param gateway for its broker
   * @param source tells how fresh the metadata is
   * @param services for the clients' port
   * @param desk answers about the cluster
   * @param tokens of the broker's runs
   * @param leaders the way to brokers whose partitions this one copies
   */
  record Joined(
      Optional<QuorumServer> member,
      BrokersQuorum gateway,
      SourceSwitcher source,
      PeerServicesWiring services,
      ClusterDesk desk,
      RunTokens tokens,
      LeaderDialer leaders) {}

  /** Prepares the connections to other nodes; none is made yet. */
  static PeersWiring open(
      NodeSettings settings, StartedParts parts, Consumer<CannotStart> cannotGoOn) {
    PeerChannels channels = new PeerChannels("milena-node/%s".formatted(Milena.softwareVersion()));
    parts.add("peer connections", channels::close);
    PeersWiring wiring = new PeersWiring(settings, channels, parts, cannotGoOn);
    // the last to be done: it may wait for who waits for a disk
    parts.reachedBy(wiring::handOver);
    parts.reachedBy(channels::close);
    return wiring;
  }

  /** Of a process that ends at once: else the other voters wait for one that is silent. */
  private void handOver() {
    try {
      if (ownMember.isPresent()) {
        var _ = ownMember.get().handOver(HAND_OVER_MS);
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  /** What the broker's sessions say of its disks and loops from now on. */
  void measuredBy(Supplier<Silence> measured) {
    silence = measured;
  }

  /** The connections, for whoever asks before this node is part of a cluster. */
  PeerChannels channels() {
    return channels;
  }

  /**
   * Starts this node's part.
   *
   * @param self this node, of the cluster that meta.properties names
   * @param advertised where other nodes reach this one
   * @param secret of this node's broker
   */
  Joined join(Self self, Endpoint advertised, BrokerSecret secret) throws CannotStart {
    RunTokens tokens = new RunTokens(secret);
    PeerCalls calls =
        new PeerCalls(channels, new PeerIdentity(self.clusterId(), self.nodeId(), tokens));
    SwitchingView view = new SwitchingView();
    PeerChannels apart = CopyWiring.channels("milena-node/%s".formatted(Milena.softwareVersion()));
    parts.add("replica connections", apart::close);
    parts.reachedBy(apart::close);
    LeaderDialer leaders = CopyWiring.leaders(calls.over(apart), view);
    return settings.membership().mayVote()
        ? withMember(self, advertised, calls, view, tokens, leaders)
        : withoutMember(self, calls, view, tokens, leaders);
  }

  private Joined withMember(
      Self self,
      Endpoint advertised,
      PeerCalls calls,
      SwitchingView view,
      RunTokens tokens,
      LeaderDialer leaders)
      throws CannotStart {
    ControllerWiring controller = ControllerWiring.start(settings, calls, parts, this::partFailed);
    QuorumServer member =
        QuorumWiring.start(settings, self.clusterId(), advertised, controller, parts, cannotGoOn);
    ownMember = Optional.of(member);
    KnownMembers members = new KnownMembers(() -> told(member, peer(advertised)), view::image);
    SourceSwitcher source =
        feed(view, calls, followed(members, advertised), () -> MemberSource.of(member));
    BrokersQuorum gateway = gateway(Optional.of(member), calls, members, view);
    PeerServicesWiring services =
        PeerServicesWiring.ofMember(
            new NodeName(self.clusterId(), self.nodeId(), gateway::run),
            () -> self.describe(Optional.of(member)),
            new ServedMember(member),
            controller.loop(),
            TokenHashes.in(view),
            this::partFailed);
    controller.serve(member, services);
    ClusterDesk desk = desk(self, Optional.of(member), gateway, calls);
    return new Joined(Optional.of(member), gateway, source, services, desk, tokens, leaders);
  }

  private Joined withoutMember(
      Self self, PeerCalls calls, SwitchingView view, RunTokens tokens, LeaderDialer leaders)
      throws CannotStart {
    QuorumWiring.refuseVoter(settings, self.clusterId());
    KnownMembers members = new KnownMembers(this::bootstrap, view::image);
    SourceSwitcher source = feed(view, calls, members, Optional::empty);
    BrokersQuorum gateway = gateway(Optional.empty(), calls, members, view);
    PeerServicesWiring services =
        PeerServicesWiring.ofNode(
            new NodeName(self.clusterId(), self.nodeId(), gateway::run),
            () -> self.describe(Optional.empty()),
            TokenHashes.in(view));
    ClusterDesk desk = desk(self, Optional.empty(), gateway, calls);
    return new Joined(Optional.empty(), gateway, source, services, desk, tokens, leaders);
  }

  private ClusterDesk desk(
      Self self, Optional<QuorumServer> member, BrokersQuorum gateway, PeerCalls calls) {
    ClusterWiring cluster =
        ClusterWiring.open(self, member, gateway, channels, calls, gateway::leader);
    parts.add("cluster desk", cluster::close);
    return cluster.desk();
  }

  /**
   * Whom to ask first: this node itself while it votes, which knows who leads; then whom the
   * settings name, and whom the voters themselves.
   */
  private List<PeerAddress> told(QuorumServer member, PeerAddress self) {
    List<PeerAddress> told = new ArrayList<>();
    switch (member.stage()) {
      case VOTER -> told.add(self);
      case FORMING, RETURNING, STRANGER, JOINING -> {
        // it could only say that others know better
      }
    }
    told.addAll(bootstrap());
    for (String address : member.clientsOfVoters()) {
      Endpoint.parse(address)
          .flatMap(one -> PeerAddress.of(one.host(), one.port()))
          .ifPresent(told::add);
    }
    return told;
  }

  /**
   * Whom to follow: all of them, since a member that has just started and hears of no leader knows
   * where the others are. Who should do as one without a member does not follow its own.
   */
  private static MemberAddresses followed(KnownMembers members, Endpoint advertised) {
    return Boolean.getBoolean(ONLY_STREAM) ? members.without(peer(advertised)) : members;
  }

  private List<PeerAddress> bootstrap() {
    return settings.membership().bootstrap().stream().map(PeersWiring::peer).toList();
  }

  private static PeerAddress peer(Endpoint address) {
    return new PeerAddress(address.host(), address.port());
  }

  private SourceSwitcher feed(
      SwitchingView view,
      PeerCalls calls,
      MemberAddresses members,
      Supplier<Optional<OwnMember>> own) {
    SourceSwitcher source =
        new SourceSwitcher(
            view,
            own,
            from -> new FollowFeed(calls, members, from, settings.nodeId(), this::partFailed),
            Boolean.getBoolean(ONLY_STREAM),
            this::partFailed);
    parts.add("metadata source", source::close);
    source.start();
    return source;
  }

  private BrokersQuorum gateway(
      Optional<QuorumServer> member, PeerCalls calls, KnownMembers members, SwitchingView view) {
    RemoteQuorum remote =
        new RemoteQuorum(calls, members, view, settings.nodeId(), this::partFailed);
    parts.add("remote quorum", remote::close);
    BrokersQuorum gateway =
        new BrokersQuorum(
            member,
            remote,
            run ->
                new SessionClient(
                    calls,
                    members,
                    run,
                    settings.membership().timing().heartbeatMs(),
                    // the first one asked is this node's own member, which knows who leads
                    member.isPresent() ? 0 : settings.nodeId(),
                    () -> silence.get(),
                    this::partFailed));
    parts.add("session", gateway::close);
    return gateway;
  }

  /** A bug: the process must not stay up and look alive. */
  private void partFailed(Throwable failure) {
    cannotGoOn.accept(
        new CannotStart(
            ExitCode.BUG,
            "a part of the node that speaks with other nodes has failed: %s; this should not happen, report it with the log; the next start recovers"
                .formatted(failure),
            failure));
  }
}
