package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.hosting.DirectoryHealth;
import dev.milena.log.disk.JdkDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a core lets its directories go when one of them is in trouble. */
class CoreStopTest extends CoreOnThreads {
  private final TroubledDisk disk = new TroubledDisk(new JdkDisk());

  @ParameterizedTest
  @ValueSource(strings = {"one", "two"})
  void directoryThatCannotBeMarkedDoesNotKeepTheOtherOpen(String troubled) throws Exception {
    Set<String> before = threads();
    CoreWiring core = written();
    refuseMarkersIn(folder.resolve(troubled));
    IOException said = assertThrows(IOException.class, core::close);
    assertTrue(said.toString().contains(troubled), said.toString());
    disk.trouble(path -> {});
    for (String directory : List.of("one", "two")) {
      assertEquals(!directory.equals(troubled), isMarked(directory), directory);
    }
    assertNoThreadsBut(before);
    quorum.forgetFollowers();
    started(disk).close();
  }

  @Test
  void everyDirectoryThatFailsIsSaidTheFirstBeforeTheOthers() throws Exception {
    CoreWiring core = written();
    refuseMarkersIn(folder);
    IOException said = assertThrows(IOException.class, core::close);
    assertEquals(1, said.getSuppressed().length);
    String all = said + " " + said.getSuppressed()[0];
    assertTrue(all.contains("one") && all.contains("two"), all);
  }

  @Test
  void stopWhoseLastFlushFailsNamesTheLogAndIsNotOrderly() throws Exception {
    CoreWiring core = written();
    disk.trouble(path -> {
      if (path.getFileName().toString().endsWith(".log")) {
        throw new IOException(path + ": Input/output error");
      }
    });
    IOException said = assertThrows(IOException.class, core::close);
    String sentence = String.valueOf(said.getMessage());
    assertTrue(sentence.startsWith("the log " + folder), sentence);
    assertTrue(sentence.contains(" (and 2 more) has failed: "), sentence);
  }

  @Test
  void brokerGoesOnWhileOneLogDirectoryCanBeUsed() throws Exception {
    CoreWiring core = written();
    fail(folder.resolve("one"));
    produceToAll(core);
    assertEquals(
        List.of(true, false),
        core.directories().stream().map(DirectoryHealth::isUnusable).toList());
    fail(folder);
    produceToAll(core);
    Throwable end = ended.get(SECONDS, TimeUnit.SECONDS);
    assertInstanceOf(LogDirectoriesLost.class, end);
    assertTrue(
        String.valueOf(end.getMessage())
            .contains(folder.resolve("two") + " (all its logs have failed"),
        end::toString);
    assertThrows(IOException.class, core::close);
  }

  /** Twice: at the second answer of a loop what followed from the first is known. */
  private static void produceToAll(CoreWiring core) throws Exception {
    for (int i = 0; i < 2 * PARTITIONS; i++) {
      produce(core, i % PARTITIONS, "b").get(SECONDS, TimeUnit.SECONDS);
    }
  }

  private void fail(Path below) {
    disk.trouble(path -> {
      if (path.startsWith(below) && path.getFileName().toString().endsWith(".log")) {
        throw new IOException(path + ": Input/output error");
      }
    });
  }

  @Test
  void openingThatFailsLeavesNothingOpen() throws Exception {
    Set<String> before = threads();
    refuseMarkersIn(folder.resolve("two"));
    IOException said = assertThrows(IOException.class, () -> opened(disk));
    assertTrue(said.toString().contains("two"), said.toString());
    assertNoThreadsBut(before);
    disk.trouble(path -> {});
    opened(disk).close();
  }

  @Test
  void startThatFailsBeforeItsLogsAreOpenLeavesNoMarkerAfterAnUncleanStop() throws Exception {
    written().close();
    for (String directory : List.of("one", "two")) {
      Files.delete(folder.resolve(directory).resolve("milena.clean"));
    }
    quorum.forgetFollowers();
    opened(disk).close();
    assertFalse(isMarked("one") || isMarked("two"), "nobody has looked at the logs");
    quorum.forgetFollowers();
    started(disk).close();
    assertTrue(isMarked("one") && isMarked("two"));
  }

  private CoreWiring written() throws Exception {
    CoreWiring core = started(disk);
    create(core);
    for (int partition = 0; partition < PARTITIONS; partition++) {
      produce(core, partition, "a").get(SECONDS, TimeUnit.SECONDS);
    }
    return core;
  }

  private void refuseMarkersIn(Path root) {
    disk.trouble(path -> {
      if (path.startsWith(root) && path.getFileName().toString().startsWith("milena.clean")) {
        throw new IOException(path + ": refused by the test");
      }
    });
  }

  private boolean isMarked(String directory) {
    return Files.exists(folder.resolve(directory).resolve("milena.clean"));
  }

  private static void assertNoThreadsBut(Set<String> before) {
    Set<String> left = threads();
    left.removeAll(before);
    assertEquals(List.of(), List.copyOf(left));
  }
}
