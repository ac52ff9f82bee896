package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.FetchCall;
import dev.milena.broker.core.FetchOutcome;
import dev.milena.broker.core.FetchStart;
import dev.milena.broker.core.OffsetsCall;
import dev.milena.broker.core.OffsetsOutcome;
import dev.milena.broker.core.PartOutcome;
import dev.milena.broker.core.PartitionName;
import dev.milena.broker.core.Refusal;
import dev.milena.log.disk.JdkDisk;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is told of a read that breaks: a bug, a disk that gives nothing, and damaged bytes. */
class BrokenReaderTest extends CoreOnThreads {
  private static final PartitionName WHERE = new PartitionName(TOPIC, 0);

  private final TroubledDisk disk = new TroubledDisk(new JdkDisk());

  @Test
  void whoWaitsForAReaderThatBreaksIsToldAndTheNextIsServed() throws Exception {
    try (CoreWiring core = started(disk)) {
      create(core);
      produce(core, 0, "a").get(SECONDS, TimeUnit.SECONDS);
      disk.troubleReads(path -> {
        throw new IllegalStateException("a planted bug");
      });
      var read = assertInstanceOf(FetchOutcome.FetchRefused.class, fetch(core));
      assertEquals(ErrorKind.INTERNAL, read.refusal().kind());
      var search = assertInstanceOf(OffsetsOutcome.OffsetsRefused.class, search(core));
      assertEquals(ErrorKind.INTERNAL, search.refusal().kind());
      disk.troubleReads(path -> {});
      assertInstanceOf(FetchOutcome.RecordsFetched.class, fetch(core));
      assertInstanceOf(OffsetsOutcome.Found.class, search(core));
    }
  }

  @Test
  void readThatTheDiskRefusesIsAStorageErrorThatMayPass() throws Exception {
    try (CoreWiring core = started(disk)) {
      create(core);
      produce(core, 0, "a").get(SECONDS, TimeUnit.SECONDS);
      disk.troubleReads(path -> {
        throw new FileSystemException(path.toString(), null, "Too many open files");
      });
      assertTold(ErrorKind.STORAGE_OFFLINE, "Too many open files", core);
      disk.troubleReads(path -> {});
      assertInstanceOf(FetchOutcome.RecordsFetched.class, fetch(core));
      assertInstanceOf(OffsetsOutcome.Found.class, search(core));
      assertInstanceOf(
          PartOutcome.Written.class, produce(core, 0, "b").get(SECONDS, TimeUnit.SECONDS));
      core.directories().forEach(each -> assertEquals("nothing", each.trouble()));
    }
  }

  @Test
  void readThatCanNeverSucceedIsToldAsDamageAndNotTriedForEver() throws Exception {
    try (CoreWiring core = started(disk)) {
      create(core);
      produce(core, 0, "a").get(SECONDS, TimeUnit.SECONDS);
      disk.troubleReads(path -> {
        throw new IOException("Input/output error");
      });
      assertTold(ErrorKind.CORRUPT_LOG, "Input/output error", core);
      disk.troubleReads(path -> {
        throw new NoSuchFileException(path.toString());
      });
      assertTold(ErrorKind.CORRUPT_LOG, ".log is missing", core);
    }
  }

  @Test
  void bytesThatWereChangedAndBytesThatAreGoneAreDamage() throws Exception {
    try (CoreWiring core = started(disk)) {
      create(core);
      produce(core, 0, "a").get(SECONDS, TimeUnit.SECONDS);
      Path log = logWithRecords();
      byte[] whole = Files.readAllBytes(log);
      byte[] changed = whole.clone();
      changed[changed.length - 1] ^= 1;
      Files.write(log, changed);
      assertTold(ErrorKind.CORRUPT_LOG, "CRC32C", core);
      Files.write(log, Arrays.copyOf(whole, whole.length - 1));
      assertTold(ErrorKind.CORRUPT_LOG, "ends", core);
      Files.write(log, whole);
      assertInstanceOf(FetchOutcome.RecordsFetched.class, fetch(core));
    }
  }

  private Path logWithRecords() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".log") && file.toFile().length() > 0)
          .findAny()
          .orElseThrow();
    }
  }

  private static void assertTold(ErrorKind kind, String word, CoreWiring core) throws Exception {
    var read = assertInstanceOf(FetchOutcome.FetchRefused.class, fetch(core)).refusal();
    var search = assertInstanceOf(OffsetsOutcome.OffsetsRefused.class, search(core)).refusal();
    for (Refusal told : List.of(read, search)) {
      assertEquals(kind, told.kind(), told::toString);
      assertTrue(told.message().contains(word), told::toString);
    }
    assertEquals("0", read.about().get("offset"), read::toString);
    assertFalse(search.about().containsKey("offset"), search::toString);
    assertFalse(search.message().contains("offset -1"), search::toString);
  }

  private static FetchOutcome fetch(CoreWiring core) throws Exception {
    CompletableFuture<FetchOutcome> answer = new CompletableFuture<>();
    core.core()
        .fetch(
            new FetchCall(
                CALLER,
                WHERE,
                new FetchStart.AtEarliest(),
                FetchCall.FetchForm.RECORDS,
                new FetchCall.Bounds(1, 4_096, 0)),
            answer::complete);
    return answer.get(SECONDS, TimeUnit.SECONDS);
  }

  private static OffsetsOutcome search(CoreWiring core) throws Exception {
    CompletableFuture<OffsetsOutcome> answer = new CompletableFuture<>();
    core.core()
        .listOffsets(new OffsetsCall(CALLER, WHERE, new FetchStart.AtTime(1)), answer::complete);
    return answer.get(SECONDS, TimeUnit.SECONDS);
  }
}
