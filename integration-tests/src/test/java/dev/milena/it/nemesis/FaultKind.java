package dev.milena.it.nemesis;

/** What can be done to a cluster of three. */
public enum FaultKind {
  /** kill -9, and a start. */
  KILL(4, Needs.NOTHING, 0, 4_000),
  /** kill -9 of all at once. */
  KILL_ALL(1, Needs.NOTHING, 0, 2_000),
  /** SIGTERM, and a start. */
  STOP(2, Needs.NOTHING, 0, 2_000),
  /** SIGSTOP. */
  PAUSE(3, Needs.NOTHING, 300, 4_000),
  /** SIGSTOP for longer than Ratis and a session bear: a node may end of it. */
  LONG_PAUSE(1, Needs.NOTHING, 11_000, 13_000),
  /** What one sends to another is lost. */
  CUT_ONE_WAY(3, Needs.NETWORK, 1_000, 8_000),
  /** Two do not hear each other; the third hears both. */
  CUT(2, Needs.NETWORK, 1_000, 8_000),
  /** One is alone, but for its clients. */
  ISOLATE(3, Needs.NETWORK, 1_000, 8_000),
  /** One is not heard by clients, nor hears them. */
  CUT_OFF_CLIENTS(1, Needs.NETWORK, 1_000, 8_000),
  /** Nobody hears anybody, but for clients. */
  SCATTER(1, Needs.NETWORK, 1_000, 4_000),
  /** Of what reaches one, 10, 20 or 30 of a hundred packets are lost. */
  LOSSY_LINK(2, Needs.NETWORK, 2_000, 8_000),
  /** Only small packets reach one. */
  LARGE_PACKETS_LOST(1, Needs.NETWORK, 2_000, 8_000),
  /** One has a link of a megabit a second. */
  NARROW_LINK(2, Needs.NETWORK, 3_000, 10_000),
  /** One's cable is out for 200 ms, and in for as long, again and again. */
  FLAPPING_LINK(2, Needs.NETWORK, 3_000, 10_000),
  /** One has a fifth of a processor. */
  STARVED(2, Needs.CPU, 3_000, 10_000),
  /** One may open two files more than it has open, connections among them. */
  FEW_FILES(2, Needs.NOTHING, 3_000, 8_000),
  /** What is not synced is gone, and so is the process. */
  POWER_CUT(3, Needs.DISK, 0, 3_000),
  /** The same for two at once. */
  POWER_CUT_TWO(1, Needs.DISK, 0, 5_000),
  /** The same for all at once. */
  POWER_CUT_ALL(1, Needs.DISK, 0, 2_000),
  /** The disk answers every call with an error; a moment later the node is gone, too. */
  FAILED_DISK(2, Needs.DISK, 200, 3_000),
  /** The file system can be read and not written any more; a moment later the node is gone, too. */
  READ_ONLY_DISK(2, Needs.DISK, 200, 3_000),
  /** Nothing fits on the disk any more. */
  FULL_DISK(2, Needs.DISK, 2_000, 6_000),
  /** The disk takes every call, and answers none. */
  HUNG_DISK(2, Needs.DISK, 300, 3_000),
  /** Each sync takes a third of a second more, and every call of the process a little. */
  SLOW_SYNC(2, Needs.TRACE, 3_000, 6_000);

  /** What a machine must allow. */
  public enum Needs {
    NOTHING,
    /** Hosts of their own. */
    NETWORK,
    /** Control groups. */
    CPU,
    /** File systems in files. */
    DISK,
    /** strace. */
    TRACE
  }

  final int weight;
  final Needs needs;
  final int leastMs;
  final int mostMs;

  FaultKind(int weight, Needs needs, int leastMs, int mostMs) {
    this.weight = weight;
    this.needs = needs;
    this.leastMs = leastMs;
    this.mostMs = mostMs;
  }

  public Needs needs() {
    return needs;
  }
}
