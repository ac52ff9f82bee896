package dev.milena.log.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JdkDiskTest {
  private final Disk disk = new JdkDisk();
  @TempDir private Path folder = Path.of("");

  @Test
  void anInterruptNeitherClosesTheFileNorFailsTheCall() throws Exception {
    try (DiskFile file = disk.create(folder.resolve("f"))) {
      Thread.currentThread().interrupt();
      assertEquals(5, write(file, "hello", 0));
      assertTrue(Thread.interrupted(), "the interrupt is kept for whoever looks for it");
      Thread.currentThread().interrupt();
      file.sync();
      ByteBuffer read = ByteBuffer.allocate(5);
      assertEquals(5, file.read(read, 0));
      assertEquals('h', read.get(0));
      assertEquals(5, file.sizeInBytes());
      file.truncate(3);
      assertTrue(Thread.interrupted());
      assertEquals(3, file.sizeInBytes());
    }
  }

  @Test
  void aClosedFileStaysClosed() throws Exception {
    DiskFile file = disk.create(folder.resolve("f"));
    file.close();
    assertThrows(ClosedChannelException.class, () -> write(file, "x", 0));
    assertThrows(ClosedChannelException.class, file::sync);
  }

  private static int write(DiskFile file, String text, long position) throws IOException {
    return file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), position);
  }

  @Test
  void namesComeAndGoAsTheyShould() throws Exception {
    Path deep = folder.resolve("a/b/c");
    disk.createDirectories(deep);
    disk.createDirectories(deep);
    disk.create(deep.resolve("1")).close();
    assertThrows(IOException.class, () -> disk.create(deep.resolve("1")));
    disk.rename(deep.resolve("1"), deep.resolve("2"));
    disk.syncDirectory(deep);
    assertEquals(List.of("2"), disk.list(deep));
    assertThrows(NoSuchFileException.class, () -> disk.open(deep.resolve("1")));
    disk.delete(deep.resolve("2"));
    disk.delete(deep.resolve("2"));
    assertFalse(disk.exists(deep.resolve("2")));
  }

  @Test
  void aLockIsHeldByOneOwnerUntilItIsClosed() throws Exception {
    var first = disk.tryLock(folder.resolve("lock"));
    assertTrue(first.isPresent());
    assertTrue(disk.tryLock(folder.resolve("lock")).isEmpty());
    first.get().close();
    var second = disk.tryLock(folder.resolve("lock"));
    assertTrue(second.isPresent());
    second.get().close();
  }

  @Test
  void aFullDeviceIsToldFromOtherFailures() {
    Path file = folder.resolve("f");
    for (String text : List.of("No space left on device", "Disk quota exceeded")) {
      IOException named = JdkDisk.named(file, new IOException(text));
      assertInstanceOf(NoSpaceException.class, named);
      assertTrue(String.valueOf(named.getMessage()).contains(file.toString()));
    }
    assertFalse(
        JdkDisk.named(file, new IOException("Input/output error")) instanceof NoSpaceException);
  }

  @Test
  void aFullDeviceIsToldInWhateverLanguageTheProcessSpeaks() throws Exception {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "Linux has it");
    try (DiskFile file = disk.open(full)) {
      assertThrows(NoSpaceException.class, () -> file.write(ByteBuffer.allocate(1), 0));
    }
  }
}
