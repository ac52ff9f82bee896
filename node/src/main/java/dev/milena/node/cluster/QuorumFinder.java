package dev.milena.node.cluster;

import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.MetadataView;
import dev.milena.metadata.VoterImage;
import dev.milena.quorum.grpc.client.Introductions;
import dev.milena.quorum.grpc.connection.PeerAddress;
import dev.milena.quorum.grpc.connection.PeerChannels;
import dev.milena.quorum.ratis.QuorumServer;
import dev.milena.quorum.ratis.QuorumStatus;
import dev.milena.quorum.ratis.VoterStatus;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Finds out who leads the quorum and who votes: of this node's own member where that takes part,
 * else by asking nodes that have one: first whom this node's session says leads. Blocks for as many
 * seconds as such nodes are silent, five at most.
 */
final class QuorumFinder {
  /** When nobody else is asked; whoever is being asked then has his second. */
  private static final long ASK_NO_MORE_NANOS = TimeUnit.SECONDS.toNanos(4);

  private final int self;
  private final Optional<QuorumServer> member;
  private final MetadataView view;
  private final PeerChannels channels;
  private final Supplier<Optional<PeerAddress>> leader;

  /**
   * @param leader the client port of whom this node has a session with
   */
  QuorumFinder(
      int self,
      Optional<QuorumServer> member,
      MetadataView view,
      PeerChannels channels,
      Supplier<Optional<PeerAddress>> leader) {
    this.self = self;
    this.member = member;
    this.view = view;
    this.channels = channels;
    this.leader = leader;
  }

  Sighting look() {
    return taking().map(this::sighted).orElseGet(this::ask);
  }

  /** Who votes: as was found out, else as the metadata of this node says. */
  SortedSet<Integer> voters(Sighting seen) {
    return seen.voters()
        .orElseGet(() ->
            image().voters().voters().stream()
                .map(VoterImage::nodeId)
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  /** How this node's member stands, if it takes part. */
  Optional<QuorumStatus> taking() {
    return member.map(QuorumServer::status).filter(QuorumFinder::takesPart);
  }

  private static boolean takesPart(QuorumStatus status) {
    return switch (status.stage()) {
      case VOTER -> true;
      // what these know is what they were told when they voted last, or nothing
      case FORMING, RETURNING, STRANGER, JOINING -> false;
    };
  }

  private Sighting sighted(QuorumStatus status) {
    TreeSet<Integer> voters = new TreeSet<>();
    status.voters().stream().map(VoterStatus::nodeId).forEach(voters::add);
    return Sighting.of(status.leader(), leaderAt(status.leader()), Optional.of(voters));
  }

  /** The metadata as this node has it. */
  ClusterImage image() {
    return view.image();
  }

  /** Where a node's client port is. */
  Optional<PeerAddress> leaderAt(OptionalInt node) {
    return node.isPresent()
        ? view.image().broker(node.getAsInt()).flatMap(QuorumFinder::address)
        : Optional.empty();
  }

  /** Where a broker is met; nothing for a row that holds no address. */
  static Optional<PeerAddress> address(BrokerImage broker) {
    return PeerAddress.of(broker.host(), broker.port());
  }

  private Sighting ask() {
    ClusterImage image = view.image();
    long begunNanos = System.nanoTime();
    Optional<PeerAddress> leaderless = Optional.empty();
    for (PeerAddress one : members(image)) {
      if (System.nanoTime() - begunNanos > ASK_NO_MORE_NANOS) {
        break;
      }
      // one that has no part in the quorum itself, as this node, answers and knows of no leader
      if (Introductions.ask(channels, List.of(one)) instanceof Introductions.Met.Member met) {
        if (met.leader().isPresent()) {
          return Sighting.of(
              nodeAt(image, met.leader().get()),
              met.leader(),
              Optional.of(new TreeSet<>(met.voters().keySet())));
        }
        leaderless = leaderless.or(() -> Optional.of(one));
      }
    }
    return Sighting.none(leaderless);
  }

  private Set<PeerAddress> members(ClusterImage image) {
    Set<PeerAddress> members = new LinkedHashSet<>();
    leader.get().ifPresent(members::add);
    image.brokers().values().stream()
        .filter(broker -> broker.id() != self && !broker.fenced())
        .filter(broker -> !broker.description().quorumAddress().isEmpty())
        .flatMap(broker -> address(broker).stream())
        .forEach(members::add);
    return members;
  }

  /** Whose client port this is. */
  static OptionalInt nodeAt(ClusterImage image, PeerAddress at) {
    return image.brokers().values().stream()
        .filter(broker -> address(broker).equals(Optional.of(at)))
        .mapToInt(BrokerImage::id)
        .findFirst();
  }
}
