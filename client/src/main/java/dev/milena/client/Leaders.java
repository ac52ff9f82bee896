package dev.milena.client;

import dev.milena.client.connection.HostPort;
import dev.milena.proto.v1.Broker;
import dev.milena.proto.v1.DescribeTopicsResponse;
import dev.milena.proto.v1.PartitionDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where the partitions of one topic are led, as last heard.
 *
 * @param addresses by partition; empty where there is no leader
 * @param heardNanos a moment of {@link System#nanoTime}
 */
record Leaders(String topic, List<Optional<HostPort>> addresses, long heardNanos) {
  Leaders {
    addresses = List.copyOf(addresses);
  }

  static Leaders of(DescribeTopicsResponse answer, long heardNanos) {
    Map<Integer, HostPort> brokers = new TreeMap<>();
    for (Broker broker : answer.getBrokersList()) {
      brokers.put(broker.getId(), Admin.address(broker));
    }
    var topic = answer.getTopics(0);
    List<Optional<HostPort>> addresses = new ArrayList<>();
    for (PartitionDescription partition : topic.getPartitionsList()) {
      addresses.add(
          partition.hasLeader()
              ? Optional.ofNullable(brokers.get(partition.getLeader()))
              : Optional.empty());
    }
    return new Leaders(topic.getName(), addresses, heardNanos);
  }

  int partitionCount() {
    return addresses.size();
  }

  Optional<HostPort> of(int partition) {
    return partition < addresses.size() ? addresses.get(partition) : Optional.empty();
  }

  /** The same with one leader replaced, as a broker hinted. */
  Leaders with(int partition, HostPort leader) {
    if (partition >= addresses.size()) {
      return this;
    }
    List<Optional<HostPort>> changed = new ArrayList<>(addresses);
    changed.set(partition, Optional.of(leader));
    return new Leaders(topic, changed, heardNanos);
  }
}
