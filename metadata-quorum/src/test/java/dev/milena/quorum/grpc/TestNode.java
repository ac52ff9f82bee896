package dev.milena.quorum.grpc;

import dev.milena.metadata.IncarnationId;
import dev.milena.quorum.FreePorts;
import dev.milena.quorum.grpc.connection.PeerAddress;
import dev.milena.quorum.grpc.server.NodeName;
import dev.milena.quorum.grpc.server.PeerServicesWiring;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A node with a member of a {@link TestQuorum}, served on loopback; can be stopped and started. */
public final class TestNode implements AutoCloseable {
  /** The cluster of all of them. */
  public static final String CLUSTER = "mmK6zBn3RCWi-ubJ9YIe-Q";

  /** What every node knows of {@link #BROKER}. */
  public static final BrokerToken TOKEN = BrokerToken.fresh(new SecureRandom());

  /** A registered broker. */
  public static final PeerIdentity BROKER = new PeerIdentity(CLUSTER, 5, PeerTokens.only(TOKEN));

  private final int nodeId;
  private final TestMember member;
  private final TestDesk desk = new TestDesk();
  private final CopyOnWriteArrayList<Throwable> fatal = new CopyOnWriteArrayList<>();
  private PeerServicesWiring wiring;
  private PeerServer server;

  /** Starts one, on a port that nobody takes while it is stopped. */
  public TestNode(TestQuorum quorum, int nodeId, Path folder, long journalBytes)
      throws IOException {
    this.nodeId = nodeId;
    this.member = new TestMember(quorum, folder.resolve("node-" + nodeId), journalBytes);
    this.wiring = wire();
    this.server = new PeerServer(FreePorts.take(), wiring.services());
  }

  private PeerServicesWiring wire() {
    return PeerServicesWiring.ofMember(
        new NodeName(CLUSTER, nodeId, () -> new IncarnationId(7, nodeId)),
        member,
        desk,
        id -> id == BROKER.brokerId() ? Optional.of(TOKEN.hash()) : Optional.empty(),
        fatal::add);
  }

  /** Its member. */
  public TestMember member() {
    return member;
  }

  /** Where sessions report. */
  public TestDesk desk() {
    return desk;
  }

  /** What it serves. */
  public PeerServicesWiring wiring() {
    return wiring;
  }

  /** How many follow its member. */
  public int followers() {
    return wiring.followers();
  }

  /** Its client port, the same all its life. */
  public PeerAddress address() {
    return server.address();
  }

  /** Closes the port; the member lives on. */
  public void stop() throws InterruptedException {
    server.close();
    wiring.close();
  }

  /** Opens the port again. */
  public void startAgain(PeerAddress address) throws IOException {
    wiring = wire();
    server = new PeerServer(address.port(), wiring.services());
  }

  /** Ends all and fails if anything threw. */
  @Override
  public void close() throws InterruptedException {
    stop();
    member.close();
    if (!fatal.isEmpty()) {
      throw new AssertionError("node " + nodeId, fatal.getFirst());
    }
  }
}
