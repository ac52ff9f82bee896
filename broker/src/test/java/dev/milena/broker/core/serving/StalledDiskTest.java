package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.PartOutcome;
import dev.milena.broker.core.hosting.DirectoryHealth;
import dev.milena.broker.core.stalls.DiskStalled;
import dev.milena.log.disk.SimDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A disk that neither answers nor fails, under a core with its threads. */
@Timeout(90)
class StalledDiskTest extends CoreOnThreads {
  private static final long STALL_MS = 1_000;

  private final TroubledDisk disk = new TroubledDisk(new SimDisk(1));
  private final CountDownLatch released = new CountDownLatch(1);

  @AfterEach
  void release() {
    released.countDown();
  }

  @Test
  void diskWhoseSyncsHangIsGivenUpAndTheOtherServesOn() throws Exception {
    CoreWiring core = written();
    hang("one", "flush-");
    List<CompletableFuture<PartOutcome>> writes = writes(core);
    List<PartOutcome> outcomes = new ArrayList<>();
    for (CompletableFuture<PartOutcome> write : writes) {
      outcomes.add(write.get(SECONDS, TimeUnit.SECONDS));
    }
    List<PartOutcome> refused = refused(outcomes);
    assertFalse(refused.isEmpty(), outcomes::toString);
    assertTrue(refused.size() < PARTITIONS, outcomes::toString);
    for (PartOutcome one : refused) {
      assertTrue(one.toString().contains("its disk has not answered a sync for "), one::toString);
    }
    assertEquals(
        List.of(true, false),
        core.directories().stream().map(DirectoryHealth::isUnusable).toList());
    assertTrue(core.stalls().callMs().getOrDefault(folder.resolve("one"), 0L) >= STALL_MS);

    released.countDown();
    List<PartOutcome> later = new ArrayList<>();
    for (CompletableFuture<PartOutcome> write : writes(core)) {
      later.add(write.get(SECONDS, TimeUnit.SECONDS));
    }
    assertEquals(refused.size(), refused(later).size(), "it stays offline though it answers");
    assertFalse(ended.isDone(), "the other disk is of use");
    IOException said = assertThrows(IOException.class, core::close);
    assertTrue(String.valueOf(said.getMessage()).contains("one"), said::toString);
  }

  @Test
  void loopThatHangsInAWriteIsTheEnd() throws Exception {
    CoreWiring core = written();
    hang("one", "partitions-");
    writes(core);
    assertEndsStalled(folder.resolve("one").toString());
    released.countDown();
    assertThrows(IOException.class, core::close);
  }

  @Test
  void noDiskThatAnswersIsTheEnd() throws Exception {
    CoreWiring core = written();
    hang("", "flush-");
    List<CompletableFuture<PartOutcome>> writes = writes(core);
    assertEndsStalled("none of its log directories answers");
    for (CompletableFuture<PartOutcome> write : writes) {
      assertInstanceOf(PartOutcome.NotWritten.class, write.get(SECONDS, TimeUnit.SECONDS));
    }
    released.countDown();
    assertThrows(IOException.class, core::close);
  }

  private void assertEndsStalled(String words) throws Exception {
    Throwable end = ended.get(SECONDS, TimeUnit.SECONDS);
    assertInstanceOf(DiskStalled.class, end);
    assertTrue(String.valueOf(end.getMessage()).contains(words), end::toString);
  }

  private CoreWiring written() throws Exception {
    stallMs = STALL_MS;
    CoreWiring core = started(disk);
    create(core);
    for (CompletableFuture<PartOutcome> write : writes(core)) {
      assertInstanceOf(PartOutcome.Written.class, write.get(SECONDS, TimeUnit.SECONDS));
    }
    return core;
  }

  private static List<CompletableFuture<PartOutcome>> writes(CoreWiring core) {
    List<CompletableFuture<PartOutcome>> writes = new ArrayList<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      writes.add(produce(core, partition, "a"));
    }
    return writes;
  }

  private static List<PartOutcome> refused(List<PartOutcome> outcomes) {
    return outcomes.stream()
        .filter(one ->
            one instanceof PartOutcome.NotWritten(var refusal)
                && refusal.kind() == ErrorKind.STORAGE_OFFLINE)
        .toList();
  }

  /** Changes of a log below a directory do not come back on threads of a name. */
  private void hang(String below, String thread) {
    Path root = folder.resolve(below);
    disk.trouble(path -> {
      boolean log = path.startsWith(root) && path.getFileName().toString().endsWith(".log");
      if (log && Thread.currentThread().getName().startsWith(thread)) {
        await(path);
      }
    });
  }

  private void await(Path path) throws IOException {
    try {
      if (!released.await(2 * SECONDS, TimeUnit.SECONDS)) {
        throw new IOException(path + ": nobody released it");
      }
    } catch (InterruptedException e) {
      throw new IOException(path + ": interrupted", e);
    }
  }
}
