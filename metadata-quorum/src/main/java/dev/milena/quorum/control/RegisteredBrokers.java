package dev.milena.quorum.control;

import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.ImageDelta;
import dev.milena.metadata.MetadataFollower;
import java.util.List;
import java.util.TreeMap;

/**
 * The image's brokers, each with the index since which its row is as it is. Fed by the thread that
 * applies, read by the controller.
 */
final class RegisteredBrokers implements MetadataFollower {
  private final TreeMap<Integer, WatchedRow> rows = new TreeMap<>();
  private final Runnable changed;
  private volatile Seen seen = Seen.NOTHING;

  /**
   * What was seen last.
   *
   * @param brokersVersion counts changes of any broker's row
   */
  record Seen(ClusterImage image, List<WatchedRow> brokers, long brokersVersion) {
    /** Before anything was applied. */
    static final Seen NOTHING = new Seen(ClusterImage.EMPTY, List.of(), 0);
  }

  /**
   * @param changed called on the applying thread after a broker's row changed; must not block
   */
  RegisteredBrokers(Runnable changed) {
    this.changed = changed;
  }

  Seen seen() {
    return seen;
  }

  @Override
  public void onApplied(long index, ImageDelta delta, ClusterImage image) {
    if (delta.isEmpty()) {
      return;
    }
    for (int id : delta.brokers()) {
      image
          .broker(id)
          .ifPresentOrElse(broker -> rows.put(id, rowOf(broker, index)), () -> rows.remove(id));
    }
    boolean brokers = !delta.brokers().isEmpty();
    if (brokers) {
      // a member that was removed and taken in again begins with another view
      rows.keySet().removeIf(id -> image.broker(id).isEmpty());
    }
    seen =
        new Seen(
            image,
            brokers ? List.copyOf(rows.values()) : seen.brokers(),
            seen.brokersVersion() + (brokers ? 1 : 0));
    if (brokers) {
      changed.run();
    }
  }

  private static WatchedRow rowOf(BrokerImage broker, long index) {
    return new WatchedRow(
        broker.id(),
        broker.host(),
        broker.port(),
        broker.incarnation(),
        broker.brokerEpoch(),
        broker.fenced(),
        broker.stopping(),
        index);
  }
}
