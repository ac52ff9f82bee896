package dev.milena.node.exit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

class ExitCodeTest {
  @Test
  void whatNoDiskCausedIsABugAndEndsWithACodeOfItsOwn() {
    assertEquals(4, ExitCode.BUG.number());
    assertEquals(ExitCode.BUG, ExitCode.ofFailure(new IllegalStateException("turn failed")));
    assertEquals(
        ExitCode.BUG, ExitCode.ofFailure(new AssertionError(new NullPointerException("x"))));
    assertEquals(ExitCode.STORAGE, ExitCode.ofFailure(new IOException("EIO")));
    assertEquals(
        ExitCode.STORAGE,
        ExitCode.ofFailure(
            new IllegalStateException(new UncheckedIOException(new IOException("EIO")))));
  }
}
