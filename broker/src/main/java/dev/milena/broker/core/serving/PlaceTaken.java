package dev.milena.broker.core.serving;

/** Another run has registered under this broker's id: this one must not go on. */
public final class PlaceTaken extends Exception {
  private static final long serialVersionUID = 1L;

  PlaceTaken(int broker) {
    super("another run of broker " + broker + " has taken its place");
  }
}
