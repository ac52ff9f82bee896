package dev.milena.node.directory;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * How much room the disks have. A disk that hangs holds whoever asks it for as long as it likes, a
 * virtual thread together with the one that carries it: so each is asked on a platform thread of
 * its own, one question at a time, and waited for within a bound. A node has one of these, so that
 * all who want to know wait for the same question.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class DiskRoom {
  private final Disk disk;
  private final Executor threads;
  private final Map<Path, Question> questions = new HashMap<>();

  /**
   * An answer of a disk, in bytes.
   *
   * @param freeBytes what this process may still write
   * @param sizeBytes that, and what is used; not what the file system keeps back for others
   */
  public record Room(long freeBytes, long sizeBytes) {}

  /** Asks the disk under a directory; may fail, or hang, as a disk does. */
  @FunctionalInterface
  public interface Disk {
    Room ask(Path directory) throws IOException;
  }

  private record Question(CompletableFuture<Room> answer, long askedNanos) {}

  /**
   * Asks a disk.
   *
   * @param threads gives each question a platform thread of its own; may throw when there is none
   */
  public DiskRoom(Disk disk, Executor threads) {
    this.disk = disk;
    this.threads = threads;
  }

  /** The disks of this machine, asked on threads that are made for it. */
  public static DiskRoom ofMachine() {
    return new DiskRoom(DiskRoom::ask, DiskRoom::onThreadOfItsOwn);
  }

  /** On a new platform thread, which no process waits for when it ends. */
  public static void onThreadOfItsOwn(Runnable question) {
    Thread.ofPlatform().daemon().name("milena-disk-room").start(question);
  }

  private static Room ask(Path directory) throws IOException {
    FileStore store = Files.getFileStore(directory);
    long usedBytes = store.getTotalSpace() - store.getUnallocatedSpace();
    long freeBytes = store.getUsableSpace();
    return new Room(freeBytes, usedBytes + freeBytes);
  }

  /**
   * Asks all of them and waits for their answers; so all that hang cost one wait.
   *
   * @param waitMs how long an answer is waited for, from its question on
   * @return without the directories whose disk cannot say, or has not said within the bound
   */
  public SortedMap<Path, Room> look(List<Path> directories, long waitMs) {
    directories.forEach(this::begin);
    TreeMap<Path, Room> rooms = new TreeMap<>();
    for (Path directory : directories) {
      room(directory, waitMs).ifPresent(room -> rooms.put(directory, room));
    }
    return rooms;
  }

  /** Begins to ask, unless the question before is still not answered. */
  private synchronized void begin(Path directory) {
    Question before = questions.get(directory);
    if (before != null && !before.answer.isDone()) {
      return;
    }
    CompletableFuture<Room> answer = new CompletableFuture<>();
    questions.put(directory, new Question(answer, System.nanoTime()));
    boolean asked = false;
    try {
      threads.execute(() -> ask(directory, answer));
      asked = true;
    } finally {
      if (!asked) {
        // no thread could be had: nobody will answer, and the next to ask tries again
        answer.cancel(false);
      }
    }
  }

  private void ask(Path directory, CompletableFuture<Room> answer) {
    try {
      answer.complete(disk.ask(directory));
    } catch (IOException gone) {
      answer.completeExceptionally(gone);
    } finally {
      // After a bug too; does nothing when there is an answer.
      answer.cancel(false);
    }
  }

  private Optional<Room> room(Path directory, long waitMs) {
    Question question;
    synchronized (this) {
      question = questions.get(directory);
    }
    if (question == null) {
      return Optional.empty();
    }
    long leftNanos =
        question.askedNanos + TimeUnit.MILLISECONDS.toNanos(waitMs) - System.nanoTime();
    try {
      return Optional.of(question.answer.get(Math.max(0, leftNanos), TimeUnit.NANOSECONDS));
    } catch (ExecutionException | TimeoutException | CancellationException unanswered) {
      return Optional.empty();
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
