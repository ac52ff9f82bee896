package dev.milena.log.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is known of a disk's calls while they are out. */
class MarkedDiskTest {
  private final AtomicLong nowMs = new AtomicLong(7);
  private final OutstandingCalls outstanding = new OutstandingCalls(nowMs::get);
  private final List<OutstandingCalls.Call> seen = new ArrayList<>();

  @TempDir Path folder;

  /** Looks at what is out at each call, and fails those that it is told to. */
  private final class Seeing extends PassingDisk {
    private boolean fails;

    Seeing() {
      super(new JdkDisk());
    }

    private void see() throws IOException {
      seen.addAll(outstanding.now());
      if (fails) {
        throw new IOException("refused");
      }
    }

    @Override
    public DiskFile create(Path file) throws IOException {
      see();
      return new PassingFile(super.create(file)) {
        @Override
        public int write(ByteBuffer source, long position) throws IOException {
          see();
          return super.write(source, position);
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
          see();
          return super.read(target, position);
        }

        @Override
        public void truncate(long sizeInBytes) throws IOException {
          see();
          super.truncate(sizeInBytes);
        }

        @Override
        public void sync() throws IOException {
          see();
          super.sync();
        }

        @Override
        public void close() throws IOException {
          see();
          super.close();
        }
      };
    }

    @Override
    public void delete(Path path) throws IOException {
      see();
      super.delete(path);
    }
  }

  @Test
  void eachCallIsOutWhileItLastsAndNotAfterwards() throws Exception {
    Disk disk = new MarkedDisk(new Seeing(), outstanding);
    Path path = folder.resolve("a");
    DiskFile file = disk.create(path);
    file.write(ByteBuffer.allocate(8), 0);
    file.read(ByteBuffer.allocate(8), 0);
    file.truncate(4);
    file.sync();
    file.close();
    disk.delete(path);
    assertEquals(
        List.of("create", "write", "read", "truncate", "sync", "close", "delete"),
        seen.stream().map(OutstandingCalls.Call::what).toList());
    String self = Thread.currentThread().getName();
    assertTrue(seen.stream().allMatch(call -> call.thread().equals(self)), seen::toString);
    assertTrue(seen.stream().allMatch(call -> call.sinceMs() == 7), seen::toString);
    assertEquals(List.of(), outstanding.now());
  }

  @Test
  void callThatFailsIsOverToo() {
    Seeing below = new Seeing();
    below.fails = true;
    Disk disk = new MarkedDisk(below, outstanding);
    assertThrows(IOException.class, () -> disk.create(folder.resolve("a")));
    assertEquals(1, seen.size());
    assertEquals(List.of(), outstanding.now());
  }

  @Test
  void thereIsRoomForSomeAndWhatIsBeyondIsNotMarked() {
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < OutstandingCalls.MOST + 3; i++) {
      nowMs.set(i);
      places.add(outstanding.begin("write"));
    }
    assertEquals(OutstandingCalls.MOST, outstanding.now().size());
    places.forEach(outstanding::over);
    assertEquals(List.of(), outstanding.now());
    outstanding.over(outstanding.begin("sync"));
    assertEquals(List.of(), outstanding.now());
  }

  /**
   * All begin at one place, and the clock may stand still meanwhile: it does not tell them apart.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whoLooksSeesWholeCallsOnlyWhileOthersComeAndGo(boolean clockGoes) throws Exception {
    int callers = 4;
    CountDownLatch left = new CountDownLatch(callers);
    long first = Thread.currentThread().threadId() % OutstandingCalls.MOST;
    for (int i = 0; i < callers; i++) {
      callerAt(first, "caller-" + i, left).start();
    }
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (left.getCount() > 0 && System.nanoTime() < deadlineNanos) {
      nowMs.addAndGet(clockGoes ? 1 : 0);
      for (OutstandingCalls.Call call : outstanding.now()) {
        assertEquals("call-of-" + call.thread(), call.what());
      }
    }
    assertTrue(left.await(30, TimeUnit.SECONDS));
    assertEquals(List.of(), outstanding.now());
  }

  private Thread callerAt(long place, String name, CountDownLatch left) {
    String what = "call-of-" + name;
    Runnable calls =
        () -> {
          for (int n = 0; n < 50_000; n++) {
            outstanding.over(outstanding.begin(what));
          }
          left.countDown();
        };
    Thread made = Thread.ofPlatform().name(name).unstarted(calls);
    while (made.threadId() % OutstandingCalls.MOST != place) {
      made = Thread.ofPlatform().name(name).unstarted(calls);
    }
    return made;
  }
}
