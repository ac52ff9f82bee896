package dev.milena.broker.core.copy;

import java.util.List;

/** Opens streams to brokers that lead: the network, or what stands for it in a simulation. */
public interface LeaderDialer {
  /**
   * One stream to one leader, the follower's end. Used under the lock of its {@link ReplicaLink}.
   */
  interface Stream {
    /** Whether it takes more without keeping it in memory; {@link Ear#ready} says when again. */
    boolean isReady();

    /** Sends words in order. A stream that is broken loses them and says so by its end. */
    void send(List<FollowerWord> words);

    /** Ends it; its ear hears nothing more that matters. */
    void cancel(String why);
  }

  /** Who hears what comes on a stream; called on any thread, by one at a time, without waiting. */
  interface Ear {
    /** The leader said something. */
    void heard(LeaderWord word);

    /** The stream takes more again. */
    void ready();

    /** It is over. */
    void ended(String why);
  }

  /**
   * Opens a stream. Does not wait: one that cannot be had ends.
   *
   * @param leader broker id
   */
  Stream dial(int leader, Ear ear);
}
