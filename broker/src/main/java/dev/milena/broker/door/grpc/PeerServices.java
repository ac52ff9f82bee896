package dev.milena.broker.door.grpc;

import io.grpc.ServerServiceDefinition;
import java.util.List;

/**
 * What nodes ask each other, served on the clients' port: the door knows only that it is gRPC.
 *
 * <p>A drain does not wait for these calls: their streams never end by themselves.
 *
 * @param requestBytes the largest request of theirs
 */
public record PeerServices(List<ServerServiceDefinition> services, int requestBytes) {
  /** A node that others do not ask. */
  public static final PeerServices NONE = new PeerServices(List.of(), 1);

  /** Copies the services. */
  public PeerServices {
    services = List.copyOf(services);
  }
}
