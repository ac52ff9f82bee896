package dev.milena.node.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.node.exit.CannotStart;
import dev.milena.node.exit.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class BufferMemoryTest {
  private static final long MIB = 1 << 20;

  @Test
  void buffersMayTakeAsMuchAsTheHeapOrTheFlagWhateverIsLess() throws CannotStart {
    assertEquals(512 * MIB, BufferMemory.of(512 * MIB, 0));
    assertEquals(128 * MIB, BufferMemory.of(512 * MIB, 128 * MIB));
    assertEquals(512 * MIB, BufferMemory.of(512 * MIB, 900 * MIB));
    assertTrue(BufferMemory.ofThisProcess() > 0);
  }

  @Test
  void aFlagThatIsTooSmallIsRefusedWithTheBoundAndTheNextStep() {
    CannotStart refused =
        assertThrows(CannotStart.class, () -> BufferMemory.of(512 * MIB, 128 * MIB - 1));

    assertEquals(ExitCode.SETTING, refused.code());
    assertTrue(
        refused.sentence().startsWith("-XX:MaxDirectMemorySize allows buffers 134217727 bytes"),
        refused.sentence());
    assertTrue(refused.sentence().contains("(128m): raise it in MILENA_JVM_OPTS"));
  }
}
