package dev.milena.quorum.grpc.connection;

import static java.util.Objects.requireNonNull;

import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.Status;
import io.grpc.StatusOr;
import io.grpc.SynchronizationContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Looks one host up whenever gRPC asks, which it does before it connects and after a connection
 * failed or ended; keeps nothing beside what Java keeps. All its fields belong to the channel's
 * synchronization context; look-ups, which block, run on the channel's offload executor, one at a
 * time.
 */
final class PeerNameResolver extends NameResolver {
  private final PeerAddress address;
  private final SynchronizationContext context;
  private final Executor offload;
  private @Nullable Listener2 listener;
  private boolean lookingUp;

  PeerNameResolver(PeerAddress address, Args args) {
    this.address = address;
    this.context = args.getSynchronizationContext();
    this.offload = requireNonNull(args.getOffloadExecutor(), "PeerChannels sets one");
  }

  @Override
  public String getServiceAuthority() {
    return address.toString();
  }

  @Override
  public void start(Listener2 to) {
    listener = to;
    refresh();
  }

  @Override
  public void refresh() {
    if (!lookingUp) {
      lookingUp = true;
      offload.execute(() -> {
        StatusOr<List<EquivalentAddressGroup>> found = lookUp();
        context.execute(() -> tell(found));
      });
    }
  }

  private StatusOr<List<EquivalentAddressGroup>> lookUp() {
    try {
      return StatusOr.fromValue(
          Arrays.stream(InetAddress.getAllByName(address.host()))
              .map(one -> new InetSocketAddress(one, address.port()))
              .map(EquivalentAddressGroup::new)
              .toList());
    } catch (UnknownHostException unknown) {
      return StatusOr.fromStatus(
          Status.UNAVAILABLE
              .withDescription("nobody is known as " + address.host())
              .withCause(unknown));
    }
  }

  private void tell(StatusOr<List<EquivalentAddressGroup>> found) {
    lookingUp = false;
    if (listener != null) {
      var _ = listener.onResult2(ResolutionResult.newBuilder().setAddressesOrError(found).build());
    }
  }

  @Override
  public void shutdown() {
    listener = null;
  }
}
