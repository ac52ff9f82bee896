package dev.milena.node.metrics;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * How much room the disks have. A disk that hangs holds whoever asks it for as long as it likes: so
 * each is asked on a thread of its own, one question at a time, and waited for within a bound. Any
 * thread.
 */
final class DiskRoom {
  private final Disk disk;
  private final long waitNanos;
  private final Map<Path, Question> questions = new HashMap<>();

  /**
   * An answer of a disk, in bytes.
   *
   * @param freeBytes what this process may still write
   */
  record Room(long freeBytes, long sizeBytes) {}

  /** Asks the disk under a directory; may fail, or hang, as a disk does. */
  interface Disk {
    Room ask(Path directory) throws IOException;
  }

  private record Question(CompletableFuture<Room> answer, long askedNanos) {}

  /**
   * Asks on threads that are made for it.
   *
   * @param waitMs how long an answer is waited for, from the question on
   */
  DiskRoom(Disk disk, long waitMs) {
    this.disk = disk;
    this.waitNanos = TimeUnit.MILLISECONDS.toNanos(waitMs);
  }

  /** The disks of this machine. */
  static Room ofMachine(Path directory) throws IOException {
    FileStore store = Files.getFileStore(directory);
    return new Room(store.getUsableSpace(), store.getTotalSpace());
  }

  /** Begins to ask, unless the question before is still not answered. */
  synchronized void ask(Path directory) {
    Question before = questions.get(directory);
    if (before != null && !before.answer.isDone()) {
      return;
    }
    CompletableFuture<Room> answer = new CompletableFuture<>();
    questions.put(directory, new Question(answer, System.nanoTime()));
    Thread.ofPlatform()
        .daemon()
        .name("milena-disk-room")
        .start(() -> {
          try {
            answer.complete(disk.ask(directory));
          } catch (IOException gone) {
            answer.completeExceptionally(gone);
          } finally {
            // After a bug too; does nothing when there is an answer.
            answer.cancel(false);
          }
        });
  }

  /**
   * The answer to the question that was asked last; empty when the disk cannot say, or has not said
   * within the bound.
   */
  Optional<Room> room(Path directory) {
    Question question;
    synchronized (this) {
      question = questions.get(directory);
    }
    if (question == null) {
      return Optional.empty();
    }
    long leftNanos = question.askedNanos + waitNanos - System.nanoTime();
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
