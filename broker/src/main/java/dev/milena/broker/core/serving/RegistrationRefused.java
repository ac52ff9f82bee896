package dev.milena.broker.core.serving;

/** The cluster does not take this broker; the message says why and what to do. */
public final class RegistrationRefused extends Exception {
  private static final long serialVersionUID = 1L;

  RegistrationRefused(String message) {
    super(message);
  }
}
