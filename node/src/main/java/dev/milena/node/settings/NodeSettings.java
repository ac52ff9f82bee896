package dev.milena.node.settings;

import dev.milena.broker.core.serving.ScrubPace;
import dev.milena.node.naming.SettingNames;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;

/**
 * What one node was told, settled: every default found, every contradiction refused.
 *
 * @param nodeId the number of this node
 * @param clients where clients are served
 * @param advertised what clients are told; empty host and port 0 mean "as the listener turns out"
 * @param quorum where the quorum listens
 * @param http where /livez and /readyz are
 * @param membership how this node takes part in a cluster
 * @param limits what clients may take up
 * @param rack the rack this node stands in; empty for none
 * @param directories where data is kept
 * @param flushPolicy what acks=all waits for
 * @param retentionCheckMs how often each partition looks for segments that may be deleted
 * @param producerExpirationMs who is silent for so long is no producer that a log knows
 * @param scrub how often and how fast what is stored is looked over
 * @param moveBytesPerSecond how fast replicas are sent to that a move brings
 * @param defaults what new topics get unless their creator says otherwise
 * @param names what refusals call the settings that they recommend
 * @param warnings what the start has to say about the settings, a sentence each
 */
public record NodeSettings(
    int nodeId,
    Endpoint clients,
    Endpoint advertised,
    Endpoint quorum,
    Endpoint http,
    ClusterMembership membership,
    ClientLimits limits,
    String rack,
    Directories directories,
    FlushPolicy flushPolicy,
    long retentionCheckMs,
    long producerExpirationMs,
    ScrubPace scrub,
    long moveBytesPerSecond,
    TopicDefaults defaults,
    SettingNames names,
    List<String> warnings) {

  /** When a record counts as written. */
  public enum FlushPolicy {
    /** When it is on disk. */
    ACK,
    /** When it is in the memory of every in-sync replica, as in Kafka. */
    REPLICATED
  }

  /**
   * What clients may take up.
   *
   * @param connections at once
   * @param perAddress connections at once from one address
   * @param backlog connections that wait in the kernel to be accepted
   * @param requestBytes the largest request
   */
  public record ClientLimits(int connections, int perAddress, int backlog, int requestBytes) {}

  /**
   * Where data is kept.
   *
   * @param logs the directories of partitions, at least one, none twice
   * @param metadata the directory of the quorum; one of {@code logs} or another
   * @param journalRetentionBytes how much history of metadata is kept, in bytes
   * @param stallMs how long the disk under one may be silent, in milliseconds
   */
  public record Directories(
      List<Path> logs, Path metadata, long journalRetentionBytes, long stallMs) {}

  /**
   * What a new topic gets.
   *
   * @param partitions how many
   * @param replicationFactor how many replicas; 0 lets the cluster's size decide
   * @param minInsyncReplicas how many must have a record; 0 lets the replication factor decide
   * @param configs topic configs by Kafka's names, as text
   */
  public record TopicDefaults(
      int partitions,
      int replicationFactor,
      int minInsyncReplicas,
      SortedMap<String, String> configs) {}
}
