package dev.milena.quorum.grpc.client;

import dev.milena.quorum.grpc.PeerHeaders;
import dev.milena.quorum.grpc.PeerIdentity;
import dev.milena.quorum.grpc.connection.PeerAddress;
import dev.milena.quorum.grpc.connection.PeerChannels;
import io.grpc.Channel;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;

/** Channels to other nodes whose calls say who this one is. Any thread. */
public final class PeerCalls {
  private final PeerChannels channels;
  private final ClientInterceptor headers;

  /** Calls under an identity. */
  public PeerCalls(PeerChannels channels, PeerIdentity self) {
    this.channels = channels;
    Metadata said = new Metadata();
    said.put(PeerHeaders.CLUSTER, self.clusterId());
    said.put(PeerHeaders.BROKER, Integer.toString(self.brokerId()));
    said.put(PeerHeaders.TOKEN, self.token().bytes());
    this.headers = MetadataUtils.newAttachHeadersInterceptor(said);
  }

  /** The channel to a node. */
  Channel to(PeerAddress address) {
    return saying(channels.to(address));
  }

  /** A channel of the caller's own, for the caller to shut down; see {@link #saying}. */
  ManagedChannel apart(PeerAddress address) {
    return channels.apart(address);
  }

  /** The same channel, with calls that say who this node is. */
  Channel saying(Channel channel) {
    return ClientInterceptors.intercept(channel, headers);
  }

  /** Gives the connection to a node up: it does not answer. */
  void redial(PeerAddress address) {
    channels.redial(address);
  }
}
