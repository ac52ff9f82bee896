package dev.milena.quorum.ratis;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys.Log.CorruptionPolicy;
import org.apache.ratis.server.RaftServerConfigKeys.Read;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/** Ratis' settings, all that matter set here: its documented defaults are partly wrong. */
final class RatisProperties {
  /**
   * The largest entry; what is larger must be refused before it gets here, for it deposes the
   * leader.
   */
  static final int MAX_ENTRY_BYTES = 4 << 20;

  /** Ratis closes a member whose process stood still for more than this, in milliseconds. */
  static final long MAX_PAUSE_MS = 30_000;

  private static final int POOL_THREADS = 8;

  private RatisProperties() {}

  /**
   * All of them.
   *
   * @param alone whether this is the only voter: it has nobody to wait for at the start
   */
  static RaftProperties of(QuorumSettings settings, boolean alone) {
    RaftProperties properties = new RaftProperties();
    storage(properties, settings);
    log(properties, settings.tuning());
    snapshots(properties, settings.tuning());
    elections(properties, settings.tuning().electionMs(), alone);
    network(properties, settings);
    requireSafe(properties);
    return properties;
  }

  private static void storage(RaftProperties p, QuorumSettings settings) {
    RaftServerConfigKeys.setStorageDir(p, List.of(settings.raftFolder().toFile()));
    RaftServerConfigKeys.setRemovedGroupsDir(p, settings.removedFolder().toFile());
    RaftServerConfigKeys.setStorageFreeSpaceMin(
        p, SizeInBytes.valueOf(QuorumServer.MIN_FREE_BYTES));
    RaftServerConfigKeys.setCloseThreshold(p, milliseconds(MAX_PAUSE_MS));
  }

  /**
   * Ratis opens every log that it finds when it is built: it is shown a folder that is not there.
   */
  static void hideLogs(RaftProperties p, QuorumSettings settings) {
    RaftServerConfigKeys.setStorageDir(p, List.of(settings.hiddenFolder().toFile()));
  }

  /** From now on it finds them. */
  static void showLogs(RaftProperties p, QuorumSettings settings) {
    RaftServerConfigKeys.setStorageDir(p, List.of(settings.raftFolder().toFile()));
  }

  private static void log(RaftProperties p, QuorumTuning tuning) {
    RaftServerConfigKeys.Log.setSegmentSizeMax(p, SizeInBytes.valueOf(tuning.segmentBytes()));
    RaftServerConfigKeys.Log.setPreallocatedSize(
        p, SizeInBytes.valueOf(Math.min(1 << 20, tuning.segmentBytes())));
    RaftServerConfigKeys.Log.Appender.setBufferByteLimit(p, SizeInBytes.valueOf(MAX_ENTRY_BYTES));
    RaftServerConfigKeys.Log.setWriteBufferSize(p, SizeInBytes.valueOf(MAX_ENTRY_BYTES + 8));
    RaftServerConfigKeys.Log.setSegmentCacheNumMax(p, 2);
    RaftServerConfigKeys.Log.setSegmentCacheSizeMax(p, megabytes(32));
    RaftServerConfigKeys.Log.setQueueByteLimit(p, megabytes(16));
    RaftServerConfigKeys.Write.setByteLimit(p, megabytes(16));
    RaftServerConfigKeys.Log.setAppendEntriesComposeEnabled(p, false);
    RaftServerConfigKeys.Log.setAsyncFlushEnabled(p, false);
    RaftServerConfigKeys.Log.setUnsafeFlushEnabled(p, false);
    RaftServerConfigKeys.Log.setCorruptionPolicy(p, CorruptionPolicy.EXCEPTION);
    RaftServerConfigKeys.Log.setLogMetadataEnabled(p, false);
    RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(p, true);
    RaftServerConfigKeys.Log.setPurgePreservationLogNum(p, tuning.preservedEntries());
    // every attempt has a call id of its own, and repeats are known by their request id: nothing to
    // cache
    RaftServerConfigKeys.RetryCache.setExpiryTime(p, seconds(10));
  }

  private static void snapshots(RaftProperties p, QuorumTuning tuning) {
    RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(p, true);
    RaftServerConfigKeys.Snapshot.setAutoTriggerThreshold(p, tuning.snapshots().entries());
    RaftServerConfigKeys.Snapshot.setRetentionFileNum(p, tuning.snapshots().kept());
    // a stop is quick; the log is replayed at the next start in any case
    RaftServerConfigKeys.Snapshot.setTriggerWhenStopEnabled(p, false);
    // one chunk a file at least: a limit below their number stalls the sender (RATIS-2500 and
    // spike)
    RaftServerConfigKeys.Log.Appender.setSnapshotChunkSizeMax(p, megabytes(1));
    GrpcConfigKeys.Server.setInstallSnapshotRequestElementLimit(p, 64);
    // times the number of parts: 32 s from sending one to its answer, the last one's with a check
    GrpcConfigKeys.Server.setInstallSnapshotRequestTimeout(p, milliseconds(500));
  }

  private static void elections(RaftProperties p, int electionMs, boolean alone) {
    // alike for one voter and for several: one may become several while it runs
    RaftServerConfigKeys.Rpc.setTimeoutMin(p, milliseconds(electionMs));
    RaftServerConfigKeys.Rpc.setTimeoutMax(p, milliseconds(longestElectionMs(electionMs)));
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(p, milliseconds(alone ? 1 : 300));
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(p, milliseconds(alone ? 1 : 600));
    RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(p, milliseconds(2500));
    // a newcomer that takes in nothing for so long is given up
    RaftServerConfigKeys.setStagingTimeout(p, seconds(10));
    Read.setOption(p, Read.Option.LINEARIZABLE);
    Read.setLeaderLeaseEnabled(p, false);
  }

  /** A leader that is silent for so long is replaced, in milliseconds. */
  static long longestElectionMs(int electionMs) {
    return 2L * electionMs;
  }

  private static void network(RaftProperties p, QuorumSettings settings) {
    RaftConfigKeys.Rpc.setType(p, new PromptRpc());
    GrpcConfigKeys.Server.setHost(p, settings.listenHost());
    GrpcConfigKeys.Server.setPort(p, settings.listenPort());
    GrpcConfigKeys.Server.setLeaderOutstandingAppendsMax(p, 8);
    // pause,attempts: a member that is back is found within a second, not within five
    RaftServerConfigKeys.Log.Appender.setRetryPolicy(p, "1ms,10, 100ms,20, 1s,1000");
    GrpcConfigKeys.Server.setAsyncRequestThreadPoolCached(p, false);
    GrpcConfigKeys.Server.setAsyncRequestThreadPoolSize(p, POOL_THREADS);
    RaftServerConfigKeys.ThreadPool.setProxyCached(p, false);
    RaftServerConfigKeys.ThreadPool.setProxySize(p, POOL_THREADS);
    RaftServerConfigKeys.ThreadPool.setServerCached(p, false);
    RaftServerConfigKeys.ThreadPool.setServerSize(p, POOL_THREADS);
    RaftServerConfigKeys.ThreadPool.setClientCached(p, false);
    RaftServerConfigKeys.ThreadPool.setClientSize(p, POOL_THREADS);
  }

  /**
   * Refuses to start with a setting under which acknowledged metadata could be lost or served
   * stale.
   *
   * @throws IllegalStateException naming the setting; no user can cause it
   */
  static void requireSafe(RaftProperties p) {
    require(
        !RaftServerConfigKeys.Log.appendEntriesComposeEnabled(p),
        "one composed append that fails fails all later ones, and a longer request that begins like one under way is taken for it; see EntriesInOrder");
    require(
        !RaftServerConfigKeys.Log.asyncFlushEnabled(p),
        "async flush counts a failed fsync as flushed");
    require(
        !RaftServerConfigKeys.Log.unsafeFlushEnabled(p), "unsafe flush acknowledges before fsync");
    require(
        RaftServerConfigKeys.Log.corruptionPolicy(p) == CorruptionPolicy.EXCEPTION,
        "a damaged log must not be shortened silently");
    require(Read.option(p) == Read.Option.LINEARIZABLE, "reads must be linearizable");
    require(!Read.leaderLeaseEnabled(p), "leader leases and pauses give stale reads");
    require(
        RaftServerConfigKeys.Snapshot.retentionFileNum(p) >= 2,
        "the snapshot before the newest is needed when that is damaged");
    require(
        RaftServerConfigKeys.Log.purgePreservationLogNum(p)
            >= RaftServerConfigKeys.Snapshot.autoTriggerThreshold(p),
        "the snapshot before the newest must find its log");
  }

  private static void require(boolean holds, String why) {
    if (!holds) {
      throw new IllegalStateException("an unsafe setting of the quorum: " + why);
    }
  }

  private static SizeInBytes megabytes(int count) {
    return SizeInBytes.valueOf(count + "MB");
  }

  private static TimeDuration seconds(long count) {
    return TimeDuration.valueOf(count, TimeUnit.SECONDS);
  }

  private static TimeDuration milliseconds(long count) {
    return TimeDuration.valueOf(count, TimeUnit.MILLISECONDS);
  }
}
