package dev.milena.quorum.ratis;

import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A call whose messages are looked at before Ratis sees them. One that is refused ends the call,
 * and nothing that comes on it afterwards reaches Ratis. On the call's thread of gRPC.
 */
abstract class RefusableListener<Q, A> extends SimpleForwardingServerCallListener<Q> {
  private static final Logger log = LoggerFactory.getLogger(RefusableListener.class);

  private final ServerCall<Q, A> call;
  private boolean refused;

  RefusableListener(ServerCall.Listener<Q> ratis, ServerCall<Q, A> call) {
    super(ratis);
    this.call = call;
  }

  /** Lets a message through with {@link #pass}, or ends the call with {@link #refuse}. */
  abstract void look(Q message);

  @Override
  public final void onMessage(Q message) {
    if (!refused) {
      look(message);
    }
  }

  @Override
  public final void onHalfClose() {
    if (!refused) {
      lookAtEnd();
    }
  }

  /**
   * The caller sends no more; goes on with {@link #passEnd}. A call of one message reaches Ratis
   * here: before, gRPC only keeps the message.
   */
  void lookAtEnd() {
    passEnd();
  }

  final void passEnd() {
    super.onHalfClose();
  }

  final ServerCall<Q, A> call() {
    return call;
  }

  final void pass(Q message) {
    super.onMessage(message);
  }

  /**
   * The same, and says so: who sent it is told, and gives up or comes again, but this node's log is
   * where it is looked for.
   */
  final void refuse(Status why, Reminder reminder) {
    refuse(why);
    if (reminder.isDue()) {
      log.atWarn()
          .addKeyValue("what", call.getMethodDescriptor().getBareMethodName())
          .addKeyValue("why", why.getDescription())
          .log("what another voter sends is not taken in");
    }
  }

  final void refuse(Status why) {
    refused = true;
    call.close(why, new Metadata());
  }
}
