package dev.milena.broker.core.hosting;

import dev.milena.log.CorruptLog;
import dev.milena.log.GroupFlush;
import dev.milena.log.LogDirectory;
import dev.milena.log.LogSettings;
import dev.milena.log.PartitionLog;
import dev.milena.log.RecoveryReport;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;

/**
 * The log directories of this broker, and which log lies in which. Everything here may wait for a
 * disk, and is never called on a loop, but for {@link #failed}.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class LogStorage {
  /** As {@link dev.milena.metadata.PartitionId} writes itself; other folders are nobody's log. */
  private static final Pattern PARTITION = Pattern.compile("[A-Za-z0-9_-]{22}-\\d{1,10}");

  private final List<Volume> volumes;
  private final TreeMap<String, Volume> volumeByLog = new TreeMap<>();

  /** How many logs each holds: with thousands of them nobody counts at every new one. */
  private final Map<Volume, Integer> held = new HashMap<>();

  /** Those that are open, by their names. */
  private final Map<String, PartitionLog> open = new HashMap<>();

  /** The directories whose disks do not answer, by their roots, and what is said of it. */
  private final TreeMap<Path, String> givenUp = new TreeMap<>();

  /** The logs that take nothing, and why. */
  private final TreeMap<String, LogFailure> failures = new TreeMap<>();

  private final LongAdder mended = new LongAdder();

  /**
   * A directory with the threads that flush it: a slow disk holds up its own logs only.
   *
   * @param directory one entry of log.dirs
   * @param flush of that disk
   */
  public record Volume(LogDirectory directory, GroupFlush flush) {}

  /**
   * An open log.
   *
   * @param log the log
   * @param flush who flushes it
   * @param report what opening it found
   */
  public record Stored(PartitionLog log, GroupFlush flush, RecoveryReport report) {}

  /**
   * Looks which logs are there.
   *
   * @param volumes at least one
   * @throws LogInTwoDirectories when one is there twice: which of them is right, a person must say
   */
  public LogStorage(List<Volume> volumes) throws IOException {
    this.volumes = List.copyOf(volumes);
    List<LogInTwoDirectories.Twice> twice = new ArrayList<>();
    for (Volume volume : volumes) {
      Path root = volume.directory().root();
      for (String log : volume.directory().logs()) {
        Volume first = volumeByLog.putIfAbsent(log, volume);
        if (first == null) {
          held.merge(volume, 1, Integer::sum);
        } else if (PARTITION.matcher(log).matches()) {
          twice.add(
              new LogInTwoDirectories.Twice(
                  first.directory().root().resolve(log), root.resolve(log)));
        }
      }
    }
    if (!twice.isEmpty()) {
      throw new LogInTwoDirectories(twice);
    }
  }

  /** The names of all logs that are there, sorted. */
  public synchronized List<String> logs() {
    return List.copyOf(volumeByLog.keySet());
  }

  /** Whether a log of this name is there, or was asked for. */
  public synchronized boolean holds(String name) {
    return volumeByLog.containsKey(name);
  }

  /** The directories. */
  public List<Volume> volumes() {
    return volumes;
  }

  /**
   * Opens a log where it lies; a new one comes to the directory with the fewest logs.
   *
   * @param startAt the first offset of one that is not there yet
   */
  public Stored open(String name, LogSettings settings, long startAt, long wallMs)
      throws IOException {
    Volume volume = placeOf(name);
    requireAnswering(volume);
    var opened = volume.directory().openLog(name, settings, startAt, wallMs);
    noteOpened(volume, opened.log());
    return new Stored(opened.log(), volume.flush(), opened.report());
  }

  /** A damaged batch was replaced with another replica's. */
  public void mended() {
    mended.increment();
  }

  /** How many damaged batches were replaced since the start. */
  public long mendedBatches() {
    return mended.sum();
  }

  /** How often and how long logs were synced since the start. */
  public SyncTotals syncs() {
    return new SyncTotals(
        volumes.stream().mapToLong(each -> each.flush().syncs()).sum(),
        volumes.stream().mapToLong(each -> each.flush().syncNanos()).sum());
  }

  /**
   * Puts a batch where one is damaged, or gone, in a log that could not be opened for that.
   *
   * @return in words, why it does not belong there; empty when it is on the device
   * @throws dev.milena.log.disk.NoSpaceException when the device is full
   * @throws IOException for everything else: the log must not be opened
   */
  public String mend(String name, CorruptLog damage, ByteBuffer batch) throws IOException {
    Volume volume = placeOf(name);
    requireAnswering(volume);
    String misfit = volume.directory().mend(name, damage, batch);
    if (misfit.isEmpty()) {
      mended();
    }
    return misfit;
  }

  /**
   * A batch of a log that could not be opened.
   *
   * @return empty when it has none, or cannot find it for what is damaged
   */
  public Optional<ByteBuffer> batchOfClosed(String name, long offset) throws IOException {
    if (!holds(name)) {
      return Optional.empty();
    }
    Volume volume = placeOf(name);
    requireAnswering(volume);
    return volume.directory().batchOfClosed(name, offset);
  }

  /** How many logs take nothing. */
  public synchronized int offline() {
    return failures.size();
  }

  /**
   * A directory's disk does not answer: all its logs take and acknowledge nothing from here on,
   * whatever the disk says later. Any thread; waits for no disk.
   */
  public synchronized void giveUp(Path root, String reason) {
    if (givenUp.putIfAbsent(root, reason) == null) {
      volumeByLog.forEach((name, volume) -> {
        if (volume.directory().root().equals(root)) {
          giveUp(name, reason);
        }
      });
    }
  }

  private void giveUp(String name, String reason) {
    failures.putIfAbsent(name, new LogFailure(LogFailure.Kind.BROKEN, reason));
    PartitionLog log = open.get(name);
    if (log != null) {
      var _ = log.fail(new IOException(reason));
    }
  }

  private synchronized void requireAnswering(Volume volume) throws IOException {
    String reason = givenUp.get(volume.directory().root());
    if (reason != null) {
      throw new IOException(volume.directory().root() + ": " + reason);
    }
  }

  /** A log takes nothing any more, until it is opened again. */
  public synchronized void failed(String name, LogFailure failure) {
    failures.put(name, failure);
  }

  /**
   * How the directories are, in the order of log.dirs.
   *
   * @param ownFailures of which the own files cannot be written, and why
   */
  public synchronized List<DirectoryHealth> health(Map<Path, String> ownFailures) {
    List<DirectoryHealth> all = new ArrayList<>();
    for (Volume volume : volumes) {
      Path root = volume.directory().root();
      TreeMap<String, LogFailure> failed = new TreeMap<>();
      failures.forEach((log, failure) -> {
        if (volume.equals(volumeByLog.get(log))) {
          failed.put(log, failure);
        }
      });
      all.add(
          new DirectoryHealth(
              root,
              held.getOrDefault(volume, 0),
              failed,
              Optional.ofNullable(givenUp.getOrDefault(root, ownFailures.get(root)))));
    }
    return all;
  }

  /** One whose disk was given up while it was opened is given up with it. */
  private synchronized void noteOpened(Volume volume, PartitionLog log) {
    failures.remove(log.name());
    open.put(log.name(), log);
    String reason = givenUp.get(volume.directory().root());
    if (reason != null) {
      giveUp(log.name(), reason);
    }
  }

  /**
   * Deletes an open log, which its owner has let go of; slices of it stay readable.
   *
   * @throws IOException after which it is not open, and may be deleted by its name
   */
  public void delete(PartitionLog log) throws IOException {
    Volume volume = placeOf(log.name());
    requireAnswering(volume);
    volume.directory().deleteLog(log);
    forget(log.name());
  }

  /**
   * Deletes a log that is not open; one that is not there is fine.
   *
   * @throws IOException after which it may be tried again
   */
  public void delete(String name) throws IOException {
    if (holds(name)) {
      Volume volume = placeOf(name);
      requireAnswering(volume);
      volume.directory().deleteLog(name);
      forget(name);
    }
  }

  private synchronized Volume placeOf(String name) {
    return volumeByLog.computeIfAbsent(
        name,
        _ -> {
          Volume emptiest = emptiest();
          held.merge(emptiest, 1, Integer::sum);
          return emptiest;
        });
  }

  private synchronized void forget(String name) {
    Volume volume = volumeByLog.remove(name);
    if (volume != null) {
      held.merge(volume, -1, Integer::sum);
    }
    failures.remove(name);
    open.remove(name);
  }

  /** Of those that answer, while any does. */
  private Volume emptiest() {
    Comparator<Volume> answering =
        Comparator.comparing(volume -> givenUp.containsKey(volume.directory().root()));
    return Collections.min(
        volumes, answering.thenComparingInt(volume -> held.getOrDefault(volume, 0)));
  }
}
