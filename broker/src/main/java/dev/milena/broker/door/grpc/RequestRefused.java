package dev.milena.broker.door.grpc;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.Refusal;

/** A request that is turned down before the core sees it. Carries no stack trace: it is no bug. */
final class RequestRefused extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Refusal refusal;

  RequestRefused(Refusal refusal) {
    super(refusal.message(), null, false, false);
    this.refusal = refusal;
  }

  /** A request outside its bounds. */
  static RequestRefused invalid(String message) {
    return new RequestRefused(Refusal.of(ErrorKind.INVALID_REQUEST, message));
  }

  /** The same of a call with one request, or of a write: the core has seen nothing of it. */
  RequestRefused nothingStored() {
    return new RequestRefused(refusal.nothingStored());
  }

  Refusal refusal() {
    return refusal;
  }
}
