package dev.milena.broker.door.grpc;

import io.grpc.ServerServiceDefinition;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What nodes ask each other, served on the clients' port: the door knows only that it is gRPC.
 *
 * <p>A drain does not wait for these calls: their streams never end by themselves.
 *
 * @param requestBytes the largest request of each method, by its full name, whose requests may have
 *     more than 4 KiB
 */
public record PeerServices(
    List<ServerServiceDefinition> services, SortedMap<String, Integer> requestBytes) {
  /** A node that others do not ask. */
  public static final PeerServices NONE = new PeerServices(List.of(), new TreeMap<>());

  /** Copies both. */
  public PeerServices {
    services = List.copyOf(services);
    requestBytes = Collections.unmodifiableSortedMap(new TreeMap<>(requestBytes));
  }

  /** The largest request of a method. */
  int mostBytes(String method) {
    return requestBytes.getOrDefault(method, GuestServices.NAME_BYTES);
  }
}
