package dev.milena.it.process;

/**
 * What nodes are told of a disk that several of them share with whatever else runs on a test's
 * machine. It may give nobody a sync for longer than the usual disk.stall.ms, and would end all of
 * them at once, though no two nodes of a cluster that is meant to last share one.
 */
public final class SharedDisk {
  /** disk.stall.ms, but where a hung disk is what is tried. */
  public static final String STALL_MS = "30000";

  private SharedDisk() {}
}
