package dev.milena.broker.core.hosting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DirectoryHealthTest {
  @Test
  void directoryIsUnusableWhenItsDiskHasFailedAllItsLogs() {
    assertFalse(health(2, LogFailure.Kind.BROKEN).isUnusable());
    assertTrue(health(1, LogFailure.Kind.BROKEN).isUnusable());
    assertTrue(health(2, LogFailure.Kind.BROKEN, LogFailure.Kind.BROKEN).isUnusable());
    assertFalse(health(0).isUnusable());
  }

  @Test
  void damagedBytesOnADiskThatWorksEndNothing() {
    assertFalse(health(1, LogFailure.Kind.DAMAGED).isUnusable());
  }

  @Test
  void logsThatCannotBeOpenedAloneEndNothing() {
    assertFalse(health(1, LogFailure.Kind.UNOPENED).isUnusable());
    assertFalse(health(2, LogFailure.Kind.BROKEN, LogFailure.Kind.UNOPENED).isUnusable());
  }

  @Test
  void directoryIsUnusableWhenItsOwnFilesCannotBeWritten() {
    var lost = new DirectoryHealth(Path.of("d"), 0, new TreeMap<>(), Optional.of("EIO"));
    assertTrue(lost.isUnusable());
    assertEquals("its own files cannot be written: EIO", lost.trouble());
  }

  private static DirectoryHealth health(int logs, LogFailure.Kind... failed) {
    TreeMap<String, LogFailure> failures = new TreeMap<>();
    for (LogFailure.Kind kind : failed) {
      failures.put("t-" + failures.size(), new LogFailure(kind, "EIO"));
    }
    return new DirectoryHealth(Path.of("d"), logs, failures, Optional.empty());
  }
}
