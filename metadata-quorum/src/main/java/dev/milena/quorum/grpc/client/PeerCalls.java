package dev.milena.quorum.grpc.client;

import dev.milena.metadata.IncarnationId;
import dev.milena.quorum.grpc.BrokerToken;
import dev.milena.quorum.grpc.PeerHeaders;
import dev.milena.quorum.grpc.PeerIdentity;
import dev.milena.quorum.grpc.connection.PeerAddress;
import dev.milena.quorum.grpc.connection.PeerChannels;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.util.Optional;

/** Channels to other nodes whose calls say who this one is. Any thread. */
public final class PeerCalls {
  private final PeerChannels channels;
  private final PeerIdentity self;
  private final ClientInterceptor headers;

  /** Calls under an identity. */
  public PeerCalls(PeerChannels channels, PeerIdentity self) {
    this.channels = channels;
    this.self = self;
    this.headers = new Saying(self);
  }

  /** Says in each call who this node is at that moment. */
  private record Saying(PeerIdentity self) implements ClientInterceptor {
    @Override
    public <Q, R> ClientCall<Q, R> interceptCall(
        MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
      return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
        @Override
        public void start(Listener<R> answers, Metadata headers) {
          headers.put(PeerHeaders.CLUSTER, self.clusterId());
          self.tokens()
              .own()
              .ifPresent(token -> {
                headers.put(PeerHeaders.BROKER, Integer.toString(self.brokerId()));
                headers.put(PeerHeaders.TOKEN, token.bytes());
              });
          super.start(answers, headers);
        }
      };
    }
  }

  /** The same identity over other connections. */
  public PeerCalls over(PeerChannels others) {
    return new PeerCalls(others, self);
  }

  /** The channel to a node. */
  public Channel to(PeerAddress address) {
    return saying(channels.to(address));
  }

  /** The same for who may outlive the connections; empty once they are closed. */
  public Optional<Channel> ifOpen(PeerAddress address) {
    return channels.ifOpen(address).map(this::saying);
  }

  /** A channel of the caller's own, for the caller to shut down; see {@link #saying}. */
  ManagedChannel apart(PeerAddress address) {
    return channels.apart(address);
  }

  /** The same channel, with calls that say who this node is. */
  Channel saying(Channel channel) {
    return ClientInterceptors.intercept(channel, headers);
  }

  /** The token of an earlier run of this node's broker; a secret, for its proof alone. */
  Optional<BrokerToken> tokenOf(IncarnationId run) {
    return self.tokens().ofRun(run);
  }

  /** Gives the connection to a node up: it does not answer. */
  void redial(PeerAddress address) {
    channels.redial(address);
  }
}
