package dev.milena.node.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DiskRoomTest {
  private static final Path SOUND = Path.of("sound");
  private static final DiskRoom.Room ROOM = new DiskRoom.Room(30, 100);

  @Test
  void aQuestionThatFoundNoThreadIsAskedAgainByTheNext() {
    AtomicBoolean none = new AtomicBoolean(true);
    DiskRoom room =
        new DiskRoom(
            directory -> ROOM,
            question -> {
              if (none.getAndSet(false)) {
                throw new OutOfMemoryError("unable to create native thread, says a test");
              }
              DiskRoom.onThreadOfItsOwn(question);
            });
    assertThrows(OutOfMemoryError.class, () -> room.look(List.of(SOUND), 20_000));
    assertEquals(new TreeMap<>(Map.of(SOUND, ROOM)), room.look(List.of(SOUND), 20_000));
  }

  @Test
  void manyVirtualThreadsThatAskAHangingDiskHoldOneThreadAndNoCarrier() throws Exception {
    CountDownLatch healed = new CountDownLatch(1);
    CountDownLatch began = new CountDownLatch(1);
    AtomicInteger asked = new AtomicInteger();
    AtomicBoolean virtual = new AtomicBoolean();
    DiskRoom room =
        new DiskRoom(
            directory -> {
              asked.incrementAndGet();
              virtual.set(Thread.currentThread().isVirtual());
              began.countDown();
              return hang(healed);
            },
            DiskRoom::onThreadOfItsOwn);
    try (ExecutorService handlers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> all =
          IntStream.range(0, 100)
              .mapToObj(i -> handlers.submit(() -> room.look(List.of(SOUND), 100).size()))
              .toList();
      for (Future<Integer> one : all) {
        assertEquals(0, one.get(20, TimeUnit.SECONDS));
      }
      assertTrue(began.await(20, TimeUnit.SECONDS));
      assertEquals(1, asked.get());
      assertTrue(!virtual.get());
    } finally {
      healed.countDown();
    }
  }

  private static DiskRoom.Room hang(CountDownLatch healed) throws IOException {
    try {
      assertTrue(healed.await(1, TimeUnit.MINUTES));
      return ROOM;
    } catch (InterruptedException stopped) {
      throw new IOException(stopped);
    }
  }
}
