package dev.milena.quorum.grpc.connection;

import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * Has gRPC look the hosts of {@link PeerAddress} up with Java's resolver. gRPC's own takes a host
 * only if it is one in a URI, and throws for others that resolve well: {@code kafka_1}, which is
 * what Docker calls containers.
 */
final class PeerNames extends NameResolverProvider {
  private static final String SCHEME = "milena-peer";

  /** Below gRPC's own, so that targets without a scheme still go there. */
  private static final int PRIORITY = 1;

  /** The target that stands for an address; never fails, for {@link PeerAddress} has checked. */
  static String target(PeerAddress address) {
    try {
      return new URI(SCHEME, "", "/" + address, null).toString();
    } catch (URISyntaxException cannotBe) {
      throw new IllegalStateException(address + " is no path of a URI", cannotBe);
    }
  }

  @Override
  public NameResolver newNameResolver(URI target, NameResolver.Args args) {
    String path = target.getPath();
    int colon = path.lastIndexOf(':');
    String host = path.substring(1, colon);
    return new PeerNameResolver(
        new PeerAddress(
            host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
            Integer.parseInt(path.substring(colon + 1))),
        args);
  }

  @Override
  public String getDefaultScheme() {
    return SCHEME;
  }

  @Override
  protected boolean isAvailable() {
    return true;
  }

  @Override
  protected int priority() {
    return PRIORITY;
  }
}
