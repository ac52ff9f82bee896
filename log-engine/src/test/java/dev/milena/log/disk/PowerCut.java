package dev.milena.log.disk;

/** The machine stopped in the middle of a call. An Error, so that nothing on the way handles it. */
public final class PowerCut extends Error {
  private static final long serialVersionUID = 1L;

  PowerCut(String call) {
    super("power cut in " + call, null, false, false);
  }
}
