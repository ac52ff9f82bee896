package dev.milena.broker.core.hosting;

import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.IncarnationId;
import dev.milena.replication.Standings;
import java.util.Collections;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The registered brokers as an image has them. One object for all partitions; immutable.
 *
 * @param standings who of them may be in sync
 * @param rows of each, fenced ones too, its run and the epoch of its row
 */
public record KnownBrokers(Standings standings, SortedMap<Integer, Row> rows) {
  /** Before the image was seen. */
  public static final KnownBrokers NONE = new KnownBrokers(Standings.NOBODY, new TreeMap<>());

  /** A run, and the epoch of its broker's row, which other changes of the row raise as well. */
  public record Row(IncarnationId run, long epoch) {}

  /** Copies the map. */
  public KnownBrokers {
    rows = Collections.unmodifiableSortedMap(new TreeMap<>(rows));
  }

  /** Those of an image. */
  public static KnownBrokers in(ClusterImage image) {
    TreeMap<Integer, Long> mayLead = new TreeMap<>();
    TreeMap<Integer, Row> rows = new TreeMap<>();
    for (BrokerImage broker : image.brokers().values()) {
      rows.put(broker.id(), new Row(broker.incarnation(), broker.brokerEpoch()));
      if (broker.mayLead()) {
        mayLead.put(broker.id(), broker.brokerEpoch());
      }
    }
    return new KnownBrokers(Standings.of(mayLead), rows);
  }

  /** The epoch of a broker's row while it is in that run; empty when it is in another. */
  OptionalLong epochOf(int broker, IncarnationId run) {
    Row row = rows.get(broker);
    return row == null || !row.run().equals(run)
        ? OptionalLong.empty()
        : OptionalLong.of(row.epoch());
  }
}
