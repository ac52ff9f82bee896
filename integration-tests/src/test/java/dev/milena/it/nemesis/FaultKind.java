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
  /** What is not synced is gone, and so is the process. */
  POWER_CUT(3, Needs.DISK, 0, 3_000),
  /** The same for all at once. */
  POWER_CUT_ALL(1, Needs.DISK, 0, 2_000),
  /** The disk answers every call with an error; a moment later the node is gone, too. */
  FAILED_DISK(2, Needs.DISK, 200, 3_000),
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

  /** Whether it hits all nodes. */
  public boolean isEverybodys() {
    return switch (this) {
      case KILL_ALL, SCATTER, POWER_CUT_ALL -> true;
      case KILL,
          STOP,
          PAUSE,
          LONG_PAUSE,
          CUT_ONE_WAY,
          CUT,
          ISOLATE,
          CUT_OFF_CLIENTS,
          POWER_CUT,
          FAILED_DISK,
          FULL_DISK,
          HUNG_DISK,
          SLOW_SYNC ->
          false;
    };
  }
}
