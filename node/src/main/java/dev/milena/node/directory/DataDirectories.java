package dev.milena.node.directory;

import dev.milena.log.disk.Disk;
import dev.milena.node.exit.CannotStart;
import dev.milena.node.exit.ExitCode;
import dev.milena.node.naming.SettingNames;
import dev.milena.quorum.grpc.BrokerSecret;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directories of one node, claimed: they exist, can be written, are held by no other process,
 * and belong to this node of this cluster.
 *
 * <p>New directories are marked as this node's with {@code meta.properties} when they are claimed;
 * and those of this node that hold nothing yet anew, where the settings speak of another cluster.
 * Closing lets go of the locks.
 */
@OwnedBy(Owner.CREATOR)
public final class DataDirectories implements AutoCloseable {
  /** The quorum's folder; with a dot, so that it can never be taken for that of a partition. */
  public static final String QUORUM = "milena.quorum";

  private static final Logger LOG = LoggerFactory.getLogger(DataDirectories.class);

  private final UUID clusterId;
  private final List<ClaimedDirectory> logs;
  private final List<DirectoryLock> locks;

  private DataDirectories(UUID clusterId, List<ClaimedDirectory> logs, List<DirectoryLock> locks) {
    this.clusterId = clusterId;
    this.logs = logs;
    this.locks = locks;
  }

  /**
   * Claims directories, or says why not; then nothing stays locked.
   *
   * @param logs the directories of partitions
   * @param metadata the quorum's directory, one of {@code logs} or another
   * @param wanted the cluster that the settings speak of
   * @param ids makes the id of a cluster that is new
   * @param names what to call the setting that names other directories
   * @param disk looks whether logs are in them
   */
  public static DataDirectories claim(
      int nodeId,
      List<Path> logs,
      Path metadata,
      WantedCluster wanted,
      Supplier<UUID> ids,
      SettingNames names,
      Disk disk)
      throws CannotStart {
    // The quorum's first: with a log directory marked and this one not, it would count as lost.
    Set<Path> all = new LinkedHashSet<>();
    all.add(metadata);
    all.addAll(logs);
    List<DirectoryLock> locks = new ArrayList<>();
    boolean claimed = false;
    try {
      SortedMap<Path, Optional<DirectoryIdentity>> found = new TreeMap<>();
      for (Path directory : all) {
        DirectoryFiles files = new DirectoryFiles(directory, names);
        locks.add(files.prepareAndLock());
        found.put(directory, files.identity());
      }
      UUID clusterId = cluster(nodeId, found, metadata, wanted, names, disk).orElseGet(ids);
      List<ClaimedDirectory> directories = new ArrayList<>();
      for (Path directory : all) {
        Optional<DirectoryIdentity> known = found.getOrDefault(directory, Optional.empty());
        if (known.isEmpty() || !known.get().clusterId().equals(clusterId)) {
          new DirectoryFiles(directory, names).write(new DirectoryIdentity(clusterId, nodeId));
        }
        if (logs.contains(directory)) {
          directories.add(new ClaimedDirectory(directory));
        }
      }
      directories.sort(Comparator.comparingInt(claim -> logs.indexOf(claim.path())));
      claimed = true;
      return new DataDirectories(clusterId, List.copyOf(directories), locks);
    } finally {
      if (!claimed) {
        release(locks);
      }
    }
  }

  /** The cluster of the directories; empty when they are new, and the settings name none. */
  private static Optional<UUID> cluster(
      int nodeId,
      SortedMap<Path, Optional<DirectoryIdentity>> found,
      Path metadata,
      WantedCluster wanted,
      SettingNames names,
      Disk disk)
      throws CannotStart {
    Optional<UUID> other = wanted.settled();
    if (other.isPresent()
        && found.getOrDefault(metadata, Optional.empty()).isPresent()
        && holdNothing(nodeId, found, names, disk)) {
      return other;
    }
    Optional<UUID> agreed = agree(nodeId, found, metadata, names);
    if (agreed.isPresent()) {
      wanted.check(agreed.get(), metadata);
    }
    return agreed.or(wanted::ifNew);
  }

  /**
   * Whether all are this node's, and nothing is in them: then the cluster that they are marked with
   * is only what the settings of an earlier start said, and may have been a slip.
   */
  private static boolean holdNothing(
      int nodeId,
      SortedMap<Path, Optional<DirectoryIdentity>> found,
      SettingNames names,
      Disk disk) {
    for (var entry : found.entrySet()) {
      boolean ours = entry.getValue().map(DirectoryIdentity::nodeId).orElse(nodeId) == nodeId;
      if (!ours || !new DirectoryFiles(entry.getKey(), names).holdsNothing(disk)) {
        return false;
      }
    }
    return true;
  }

  /** Checks that all that are somebody's are this node's; returns the cluster, empty if all new. */
  private static Optional<UUID> agree(
      int nodeId,
      SortedMap<Path, Optional<DirectoryIdentity>> found,
      Path metadata,
      SettingNames names)
      throws CannotStart {
    Optional<UUID> cluster = Optional.empty();
    for (var entry : found.entrySet()) {
      if (entry.getValue().isEmpty()) {
        continue;
      }
      DirectoryIdentity identity = entry.getValue().get();
      Path file = entry.getKey().resolve(DirectoryIdentity.FILE);
      if (identity.nodeId() != nodeId) {
        throw refusal(
            "%s says that the directory belongs to node %s, and this is node %s (node.id); name the directory of this node with %s, or start it as the node it is"
                .formatted(file, identity.nodeId(), nodeId, names.dataDirectory()));
      }
      if (cluster.isPresent() && !cluster.get().equals(identity.clusterId())) {
        throw refusal(
            "%s says that the directory belongs to cluster %s, while others of log.dirs belong to %s;"
                    .formatted(file, ShownId.of(identity.clusterId()), ShownId.of(cluster.get()))
                + " name directories of one cluster");
      }
      cluster = Optional.of(identity.clusterId());
    }
    if (cluster.isPresent() && found.getOrDefault(metadata, Optional.empty()).isEmpty()) {
      throw refusal(
          "%s, where the quorum's log should be, is empty, while other directories hold this node's"
                  .formatted(metadata)
              + " data; put the lost directory back (metadata.log.dir, or the first of log.dirs),"
              + " or move all of them away to begin anew");
    }
    return cluster;
  }

  private static CannotStart refusal(String sentence) {
    return new CannotStart(ExitCode.STORAGE, sentence);
  }

  /** The secret of this node's broker; on the disk of every log directory when this returns. */
  public BrokerSecret secret() throws CannotStart {
    SecureRandom random = new SecureRandom();
    return SecretFile.in(logs, () -> BrokerSecret.fresh(random));
  }

  /** The cluster that the directories belong to. */
  public UUID clusterId() {
    return clusterId;
  }

  /** The cluster's id as people and files see it: 22 characters. */
  public String clusterName() {
    return ShownId.of(clusterId);
  }

  /** The directories of partitions, in the order they were named. */
  public List<ClaimedDirectory> logs() {
    return logs;
  }

  @Override
  public void close() {
    release(locks);
  }

  private static void release(List<DirectoryLock> locks) {
    for (DirectoryLock lock : locks) {
      try {
        lock.close();
      } catch (IOException e) {
        LOG.atWarn().setCause(e).log("a data directory stays locked until this process ends");
      }
    }
    locks.clear();
  }
}
