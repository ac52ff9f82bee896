package dev.milena.broker.door;

import dev.milena.broker.connection.ClientPort;
import dev.milena.broker.connection.ConnectionCounts;
import dev.milena.broker.connection.ConnectionSettings;
import dev.milena.broker.connection.Doors;
import dev.milena.broker.connection.GrpcHandOver;
import dev.milena.broker.connection.PortUnavailable;
import dev.milena.broker.connection.RefusalLog;
import dev.milena.broker.connection.Transport;
import dev.milena.broker.door.grpc.DoorCounts;
import dev.milena.broker.door.grpc.GrpcDoor;
import dev.milena.broker.door.grpc.GrpcDoorSettings;
import dev.milena.broker.door.grpc.Served;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Builds the client side of a broker, and takes it down in the reverse order.
 *
 * <pre>
 *   bind     the port is ours and its number known; connections wait in the kernel
 *   open     connections are accepted and calls reach the core; health says NOT_SERVING
 *   serving  health says SERVING
 *   drain    the port is given back, calls are answered, connections closed
 *   close    what is left is cut off and the threads end
 * </pre>
 */
@OwnedBy(Owner.CREATOR)
public final class DoorsWiring implements AutoCloseable {
  private static final long REFUSAL_LOG_INTERVAL_MS = 10_000;

  private final Transport transport;
  private final GrpcHandOver handOver;
  private final ClientPort port;
  private @Nullable GrpcDoor grpc;

  private DoorsWiring(ConnectionSettings settings) {
    this.transport = new Transport(settings.ioThreads());
    RefusalLog log = new RefusalLog(REFUSAL_LOG_INTERVAL_MS, System::nanoTime);
    this.handOver = new GrpcHandOver(transport, log);
    this.port = new ClientPort(settings, transport, Doors.onlyGrpc(handOver, log), log);
  }

  /**
   * Takes the port.
   *
   * @throws PortUnavailable when it is taken or not this machine's
   */
  public static DoorsWiring bind(ConnectionSettings settings) throws PortUnavailable {
    DoorsWiring wiring = new DoorsWiring(settings);
    try {
      wiring.port.bind();
    } catch (PortUnavailable taken) {
      wiring.transport.close();
      throw taken;
    }
    return wiring;
  }

  /** The address as bound. */
  public InetSocketAddress address() {
    return port.address();
  }

  /** Lets clients and other nodes in; the core refuses what it cannot do yet. */
  public void open(Served served, GrpcDoorSettings settings) throws IOException {
    open(served, settings, System::nanoTime);
  }

  /** The same, with a clock for how long clients take. */
  public void open(Served served, GrpcDoorSettings settings, LongSupplier nanoTime)
      throws IOException {
    GrpcDoor door = new GrpcDoor(served, handOver, settings, nanoTime);
    door.start();
    grpc = door;
    port.open();
  }

  /** Tells the world that the broker serves. */
  public void serving() {
    if (grpc != null) {
      grpc.serving();
    }
  }

  /** How many connections there are. */
  public ConnectionCounts connections() {
    return port.counts();
  }

  /** How many calls are under way. */
  public int openCalls() {
    return grpc == null ? 0 : grpc.openCalls();
  }

  /** What calls hold in memory. */
  public DoorCounts held() {
    return grpc == null ? DoorCounts.NONE : grpc.held();
  }

  /**
   * Gives the port back and answers what was asked. The core must still be at work.
   *
   * @param graceMs how long answers may take, in milliseconds
   * @return whether every call was answered
   */
  public boolean drain(long graceMs) throws InterruptedException {
    port.stopAccepting();
    return grpc == null || grpc.drain(graceMs);
  }

  /** Gives the port back and cuts every connection, answered or not; waits 2 s at most. */
  @OwnedBy(Owner.ANY_THREAD)
  public void cutOff() {
    port.cutOff();
  }

  /** Cuts off what is left and ends the threads. */
  @Override
  public void close() {
    port.close();
    transport.close();
  }
}
