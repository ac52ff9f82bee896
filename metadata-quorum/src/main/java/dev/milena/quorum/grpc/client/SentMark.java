package dev.milena.quorum.grpc.client;

import io.grpc.ClientStreamTracer;
import io.grpc.ClientStreamTracer.StreamInfo;
import io.grpc.Metadata;

/**
 * Tells whether a call ever left this process. One that did not cannot have had an effect, whatever
 * its status says: gRPC reports a refused connection and one that broke half-way alike.
 */
final class SentMark extends ClientStreamTracer.Factory {
  private volatile boolean sent;

  boolean isSent() {
    return sent;
  }

  @Override
  public ClientStreamTracer newClientStreamTracer(StreamInfo info, Metadata headers) {
    return new ClientStreamTracer() {
      @Override
      public void outboundHeaders() {
        sent = true;
      }
    };
  }
}
