package dev.milena.quorum.grpc.server;

import dev.milena.proto.peer.v1.QuorumAccessGrpc;
import dev.milena.quorum.control.SessionDesk;
import dev.milena.quorum.grpc.NodeDescription;
import dev.milena.quorum.grpc.server.FollowersLoop.FollowerBounds;
import io.grpc.BindableService;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Builds the services of milena.peer.v1, for whoever opens the client port to serve them. Close it
 * before the server: followers are told to go to another member.
 */
public final class PeerServicesWiring implements AutoCloseable {
  /** A submission as large as the quorum takes one, and its envelope. */
  private static final int SUBMIT_BYTES = (4 << 20) + (64 << 10);

  private final PeerGate gate;
  private final List<ServerServiceDefinition> services;
  private final Optional<OfMember> ofMember;

  /** The parts that live. */
  private record OfMember(FollowersLoop followers, BrokerSessionsHandler sessions) {}

  private PeerServicesWiring(
      NodeName node, List<BindableService> handlers, Optional<OfMember> ofMember) {
    this.ofMember = ofMember;
    this.gate = new PeerGate(node.clusterId());
    this.services =
        handlers.stream().map(handler -> ServerInterceptors.intercept(handler, gate)).toList();
  }

  /** What a node serves that has no member, and that does not describe itself. */
  public static PeerServicesWiring ofNode(NodeName node) {
    return ofNode(node, () -> NodeDescription.NONE, broker -> Optional.empty());
  }

  /**
   * What a node serves that has no member: only that it is there.
   *
   * @param description what it has when asked; may wait a moment, on no disk
   * @param hashes what the image holds of the tokens of brokers, which alone are told of the disks
   */
  public static PeerServicesWiring ofNode(
      NodeName node, Supplier<NodeDescription> description, TokenHashes hashes) {
    return new PeerServicesWiring(
        node, List.of(new NodePresenceHandler(node, description, hashes)), Optional.empty());
  }

  /** What a node serves that has a member, and that does not describe itself. */
  public static PeerServicesWiring ofMember(
      NodeName node,
      QuorumMember member,
      SessionDesk desk,
      TokenHashes hashes,
      Consumer<? super Throwable> fatal) {
    return ofMember(node, () -> NodeDescription.NONE, member, desk, hashes, fatal);
  }

  /**
   * What a node serves that has a member.
   *
   * @param description what it has when asked; may wait a moment, on no disk
   * @param desk where sessions of brokers report
   * @param hashes what the image holds of the tokens of brokers
   * @param fatal told when something throws that must not, which is a bug
   */
  public static PeerServicesWiring ofMember(
      NodeName node,
      Supplier<NodeDescription> description,
      QuorumMember member,
      SessionDesk desk,
      TokenHashes hashes,
      Consumer<? super Throwable> fatal) {
    FollowersLoop followers = new FollowersLoop(member, hashes, FollowerBounds.DEFAULT, fatal);
    BrokerSessionsHandler sessions = new BrokerSessionsHandler(member, desk, hashes);
    return new PeerServicesWiring(
        node,
        List.of(
            new NodePresenceHandler(node, description, hashes),
            new QuorumAccessHandler(node, member, hashes, followers),
            sessions),
        Optional.of(new OfMember(followers, sessions)));
  }

  /** For a server that is not built yet. */
  public List<ServerServiceDefinition> services() {
    return services;
  }

  /** A service of another part of the node, behind the same gate: see {@link ShownCaller}. */
  public ServerServiceDefinition gated(BindableService handler) {
    return ServerInterceptors.intercept(handler, gate);
  }

  /** The largest request of each method, by its full name, that takes more than some numbers. */
  public static SortedMap<String, Integer> requestBytes() {
    return new TreeMap<>(
        Map.of(QuorumAccessGrpc.getSubmitMethod().getFullMethodName(), SUBMIT_BYTES));
  }

  /** How many follow this node's member. Any thread. */
  public int followers() {
    return ofMember.map(parts -> parts.followers().size()).orElse(0);
  }

  /** How many brokers have a session here. Any thread. */
  public int sessions() {
    return ofMember.map(parts -> parts.sessions().size()).orElse(0);
  }

  /**
   * This node's member leads no longer: brokers are sent to whoever does, at once and not at their
   * next beat. Any thread; does not wait.
   */
  public void leadsNoLonger() {
    ofMember.ifPresent(parts -> parts.sessions().dismiss());
  }

  @Override
  public void close() {
    ofMember.ifPresent(parts -> {
      parts.sessions().close();
      parts.followers().close();
    });
  }
}
