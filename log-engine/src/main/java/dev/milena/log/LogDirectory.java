package dev.milena.log;

import dev.milena.log.disk.Disk;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One entry of log.dirs: the logs in it, and what is known about them across restarts.
 *
 * <pre>
 *   milena.lock         held while the directory is open
 *   milena.directory    its id and the last two incarnations of the broker
 *   milena.checkpoint   log start and flushed end of each log
 *   milena.reserve      room for one of these when the device is full
 *   milena.clean        only after an orderly stop
 *   NAME/               one log
 *   NAME.deleted/       one that is going away
 * </pre>
 *
 * <p>Logs of different names may be opened by several threads at once. {@link #reap} waits for the
 * disk: a thread that is no partition loop calls it, about once a second and as long as it finds
 * something.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class LogDirectory implements AutoCloseable {
  static final String LOCK = "milena.lock";

  private static final Logger log = LoggerFactory.getLogger(LogDirectory.class);

  private static final int MOST_NAMED = 20;
  private static final IndexCache.Bound INDEX_CACHE = new IndexCache.Bound(32L << 20, 16_384);

  private final Disk disk;
  private final Path root;
  private final Closeable lock;
  private final boolean closedCleanly;
  private final IndexCache indexes;
  private final Reaper reaper;
  private final Checkpoint checkpoint;
  private final Reserve reserve;
  private final Map<String, PartitionLog> open = new HashMap<>();
  private final Set<String> opening = new HashSet<>();

  /**
   * Logs that the marker of an orderly stop must not vouch for: after an unclean stop every log
   * until it was recovered and closed, and at any time those that are open, have failed or could
   * not be opened.
   */
  private final Set<String> unsettled = new HashSet<>();

  private DirectoryIdentity identity;

  private LogDirectory(Disk disk, Path root, Closeable lock, DirectoryIdentity identity)
      throws IOException {
    this.disk = disk;
    this.root = root;
    this.lock = lock;
    this.identity = identity;
    this.indexes = new IndexCache(disk, INDEX_CACHE);
    this.reaper = new Reaper(disk);
    this.checkpoint = Checkpoint.open(disk, root);
    this.closedCleanly = CleanMarker.take(disk, root);
    for (String own :
        List.of(DirectoryIdentity.NAME, Checkpoint.NAME, Reserve.NAME, CleanMarker.NAME)) {
      disk.delete(WholeIo.temporary(root.resolve(own)));
    }
    for (String name : disk.list(root)) {
      Optional<String> gone = DeletedLogs.logOf(name);
      if (gone.isPresent()) {
        reaper.logs().found(root.resolve(name));
        if (!disk.exists(root.resolve(gone.get()))) {
          // The process ended before the checkpoint forgot the log.
          checkpoint.forget(gone.get());
        }
      }
    }
    this.reserve = new Reserve(disk, root);
    reserve.make(checkpoint.sizeInBytes());
    if (!closedCleanly) {
      unsettled.addAll(logs());
    }
  }

  /**
   * Opens a directory, or makes one of an empty folder or of none.
   *
   * @param idIfNew its id when it is new
   * @throws DirectoryInUse when somebody else holds it
   * @throws CorruptLog when its identity is damaged
   */
  public static LogDirectory open(Disk disk, Path root, UUID idIfNew) throws IOException {
    disk.createDirectories(root);
    Closeable lock = disk.tryLock(root.resolve(LOCK)).orElseThrow(() -> new DirectoryInUse(root));
    try {
      Optional<DirectoryIdentity> known = DirectoryIdentity.read(disk, root);
      DirectoryIdentity identity = known.orElse(new DirectoryIdentity(idIfNew, List.of()));
      if (known.isEmpty()) {
        identity.write(disk, root);
      }
      return new LogDirectory(disk, root, lock, identity);
    } catch (IOException | RuntimeException failure) {
      lock.close();
      throw failure;
    }
  }

  /**
   * Whether no incarnation of a broker has used a directory, and no log is in it. Opens nothing and
   * changes nothing.
   */
  public static boolean isUnused(Disk disk, Path root) throws IOException {
    return DirectoryIdentity.read(disk, root)
            .map(DirectoryIdentity::incarnations)
            .orElse(List.of())
            .isEmpty()
        && disk.list(root).stream()
            .noneMatch(name -> LogName.isOne(name) || DeletedLogs.logOf(name).isPresent());
  }

  /** Identifies this very directory, so that a swapped disk is noticed. */
  public synchronized UUID id() {
    return identity.id();
  }

  /** Where it is. */
  public Path root() {
    return root;
  }

  /** The incarnations of the broker that used it, the newest first; at most two. */
  public synchronized List<UUID> incarnations() {
    return identity.incarnations();
  }

  /** Whether the process that used it last stopped orderly. */
  public boolean wasClosedCleanly() {
    return closedCleanly;
  }

  /** Notes, on the device, that a new incarnation uses the directory; before it registers. */
  public synchronized void beginIncarnation(UUID incarnation) throws IOException {
    DirectoryIdentity next = identity.after(incarnation);
    reserve.spend(() -> next.write(disk, root));
    identity = next;
  }

  /** The names of the logs in it, opened or not, sorted. */
  public List<String> logs() throws IOException {
    return disk.list(root).stream().filter(name -> LogName.isOne(name)).toList();
  }

  /** As the other, beginning at 0. */
  public OpenedLog openLog(String name, LogSettings settings, long nowMs) throws IOException {
    return openLog(name, settings, 0, nowMs);
  }

  /**
   * Opens a log, recovering it if need be, or creates it.
   *
   * @param name of its folder: letters, digits, - and _
   * @param startAt the first offset of one that is created
   * @param nowMs the broker's clock, for the age of segments whose age is not known
   * @throws CorruptLog when flushed bytes are damaged or gone; nothing is changed then
   * @throws MisnamedLog when its folder holds another log; nothing is changed then
   * @throws dev.milena.log.disk.NoSpaceException when the device is full
   */
  public OpenedLog openLog(String name, LogSettings settings, long startAt, long nowMs)
      throws IOException {
    LogMark mark = beginOpening(name);
    try {
      Path folder = root.resolve(name);
      if (!disk.exists(folder)) {
        if (mark.flushed().offset() > 0) {
          throw new CorruptLog(
              folder, 0, "the folder is missing; flushed up to " + mark.flushed().offset());
        }
        reserve.requireWhole();
        forgetDeleted(name);
        disk.createDirectories(folder);
        mark = new LogMark(startAt, LogMark.NONE.flushed());
      }
      LogFiles files = new LogFiles(disk, folder, indexes, reserve);
      LogRecovery.Recovered recovered =
          FirstDamage.named(files, new LogRecovery(files, settings, mark, nowMs));
      PartitionLog opened = new PartitionLog(name, this, settings, recovered);
      RecoveryReport report =
          recovered
              .count()
              .report(name, opened.segmentCount(), opened.logStart(), opened.flushedEnd());
      // While nobody can delete the log: a new one of its name must not lose its files to this.
      reaper.segments().addKnown(files, recovered.gone());
      add(opened);
      return new OpenedLog(opened, report);
    } finally {
      endOpening(name);
    }
  }

  /** As {@link ClosedLogMending#put}; then the log can be opened, or is damaged elsewhere too. */
  public String mend(String name, CorruptLog damage, ByteBuffer batch) throws IOException {
    var _ = beginOpening(name);
    try {
      return ClosedLogMending.put(disk, damage, batch);
    } finally {
      endOpening(name);
    }
  }

  /** As {@link ClosedLogReading#batchAt}, also while the log is being opened or mended. */
  public Optional<ByteBuffer> batchOfClosed(String name, long offset) throws IOException {
    LogName.require(name);
    return ClosedLogReading.batchAt(disk, root.resolve(name), offset);
  }

  /**
   * Deletes a log that is open, and that nobody uses any more but through slices. They stay
   * readable, and hold the space that they read from.
   *
   * @throws IOException after which the log is not open, and may be deleted by its name
   */
  public void deleteLog(PartitionLog gone) throws IOException {
    try {
      gone.abandon();
    } finally {
      removeOpen(gone.name());
    }
    deleteLog(gone.name());
  }

  /**
   * Deletes a log that is not open; one that is not there is fine. It is gone when this returns,
   * also after a crash; its files go when {@link #reap} is called. Waits for one change of a name
   * to be on the device.
   *
   * @throws MisnamedLog when its folder holds another log, which stays
   * @throws IOException after which it may be tried again
   */
  public void deleteLog(String name) throws IOException {
    LogName.require(name);
    synchronized (this) {
      if (open.containsKey(name) || opening.contains(name)) {
        throw new IllegalStateException("log " + name + " is open");
      }
    }
    Path folder = root.resolve(name);
    DeletedLogs deleted = reaper.logs();
    if (disk.exists(folder)) {
      NameMark.require(folder, disk.list(folder));
      Path doomed = deleted.nameFor(folder);
      reaper.segments().rename(folder, () -> reserve.spend(() -> disk.rename(folder, doomed)));
      deleted.renamed(doomed);
    }
    List<Path> renamed = deleted.renamed();
    if (!renamed.isEmpty()) {
      WholeIo.syncDirectory(disk, root);
      deleted.durable(renamed);
    }
    forgetMark(name);
    indexes.forgetLog(folder);
  }

  /** Before its files go: a checkpoint that still lists a log without files calls it damaged. */
  private synchronized void forgetMark(String name) {
    checkpoint.forget(name);
    unsettled.remove(name);
  }

  /**
   * Writes the flushed ends and log starts of all logs, if any has changed. What it does not hold
   * yet is scanned after a crash. A full device has a reserve for it; where that was given up, it
   * is made again as soon as there is room, and until then the logs here take no appends.
   */
  public synchronized void checkpoint() throws IOException {
    for (PartitionLog each : open.values()) {
      checkpoint.put(each.name(), each.mark());
    }
    reserve.spend(checkpoint::write);
    makeReserve();
  }

  private synchronized void makeReserve() throws IOException {
    reserve.make(checkpoint.sizeInBytes());
  }

  /**
   * One step of making room: deletes a bounded number of files of deleted logs, writes a
   * checkpoint, and deletes a bounded number of segments that it says are gone. What fails keeps
   * nothing else from being deleted, and has its turn again in the next step.
   *
   * @return how many files and folders went; while there are some, call it again
   * @throws IOException when nothing went and something could not be deleted, or when no checkpoint
   *     could be written
   */
  public int reap() throws IOException {
    int gone = reaper.step(this::checkpoint);
    makeReserve();
    return gone;
  }

  /**
   * Lets the directory go. What is still to be deleted is left to the next start: a stop waits for
   * nothing that is not needed. The marker of an orderly stop is written when every log is as it
   * was left: opened and closed in good order, or, if the stop before was orderly, not opened at
   * all. A device that has no room even for that is no failure: the next start takes the stop for a
   * kill.
   */
  @Override
  public void close() throws IOException {
    try {
      leaveMarker();
    } catch (IOException failure) {
      if (!WholeIo.isNoSpace(failure)) {
        throw failure;
      }
      log.atWarn()
          .addKeyValue("directory", root)
          .addKeyValue("reason", failure.getMessage())
          .log("no room for the marker of an orderly stop; the next start looks all logs over");
    } finally {
      lock.close();
    }
  }

  private synchronized void leaveMarker() throws IOException {
    checkpoint();
    if (unsettled.isEmpty()) {
      reserve.spend(() -> CleanMarker.leave(disk, root));
      return;
    }
    log.atWarn()
        .addKeyValue("directory", root)
        .addKeyValue("count", unsettled.size())
        .addKeyValue("logs", unsettled().stream().limit(MOST_NAMED).toList())
        .log("no marker of an orderly stop: these were not opened and closed in good order");
  }

  /** Whom the marker of an orderly stop must not vouch for now, sorted. */
  synchronized List<String> unsettled() {
    return unsettled.stream().sorted().toList();
  }

  synchronized void closed(PartitionLog log) {
    checkpoint.put(log.name(), log.mark());
    if (log.isSettled()) {
      unsettled.remove(log.name());
    }
    open.remove(log.name());
    indexes.forgetLog(root.resolve(log.name()));
  }

  IndexCache indexes() {
    return indexes;
  }

  void forget(LogFiles files, List<Segment> dropped) {
    reaper.segments().add(files, dropped);
  }

  /** On the device, before a log of the name of a deleted one is made: it would be called short. */
  private synchronized void forgetDeleted(String name) throws IOException {
    if (checkpoint.isToForget(name)) {
      checkpoint();
    }
  }

  private synchronized LogMark beginOpening(String name) {
    LogName.require(name);
    if (open.containsKey(name) || !opening.add(name)) {
      throw new IllegalStateException("log " + name + " is open already");
    }
    unsettled.add(name);
    return checkpoint.mark(name);
  }

  private synchronized void add(PartitionLog opened) {
    open.put(opened.name(), opened);
  }

  private synchronized void endOpening(String name) {
    opening.remove(name);
  }

  private synchronized void removeOpen(String name) {
    open.remove(name);
  }
}
