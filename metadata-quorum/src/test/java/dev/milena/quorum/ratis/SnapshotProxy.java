package dev.milena.quorum.ratis;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Stands before a member's port and passes on what comes, but for what a test does to frames that
 * bring it a snapshot. HTTP/2 as the other members speak it: a preface, then frames, each with a
 * head of 9 bytes; a message of a snapshot begins with its frame.
 */
final class SnapshotProxy implements AutoCloseable {
  private static final int PREFACE_BYTES = 24;

  /** What is done to one frame, head and all; in place. */
  interface Change {
    /** Returns whether this was the one, and later frames are left as they are. */
    boolean to(byte[] frame);
  }

  private final ServerSocket door;
  private final int memberPort;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicReference<Optional<Change>> change = new AtomicReference<>(Optional.empty());

  private SnapshotProxy(ServerSocket door, int memberPort) {
    this.door = door;
    this.memberPort = memberPort;
  }

  /** Between a port that the others know and one on which the member listens, on loopback. */
  static SnapshotProxy between(int knownPort, int memberPort) throws IOException {
    ServerSocket door = new ServerSocket(knownPort, 50, InetAddress.getLoopbackAddress());
    SnapshotProxy proxy = new SnapshotProxy(door, memberPort);
    Thread.ofVirtual().name("proxy-door").start(proxy::accept);
    return proxy;
  }

  /** The next frames that bring a snapshot are given to this, until it says that it was enough. */
  void change(Change next) {
    change.set(Optional.of(next));
  }

  /** Whether a change that was asked for is still to come. */
  boolean isWaiting() {
    return change.get().isPresent();
  }

  /** Holds the next frame back that brings a snapshot. */
  Held hold() {
    Held held = new Held(new CountDownLatch(1), new CountDownLatch(1));
    change(frame -> {
      held.came.countDown();
      await(held.go);
      return true;
    });
    return held;
  }

  /** A frame that waits. */
  record Held(CountDownLatch came, CountDownLatch go) {
    void awaitFrame() {
      await(came);
    }

    void letGo() {
      go.countDown();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(Members.TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
        throw new AssertionError("nothing came");
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", ended);
    }
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket caller = door.accept();
        open.add(caller);
        Thread.ofVirtual().name("proxy").start(() -> connect(caller));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void connect(Socket caller) {
    try (caller;
        Socket member = new Socket(InetAddress.getLoopbackAddress(), memberPort)) {
      open.add(member);
      Thread.ofVirtual().name("proxy-back").start(() -> passBack(member, caller));
      passOn(caller, member);
    } catch (IOException ended) {
      // whoever is connected hears of it by the end of his connection
      open.remove(caller);
    }
  }

  private static void passBack(Socket member, Socket caller) {
    try (member;
        caller) {
      member.getInputStream().transferTo(caller.getOutputStream());
    } catch (IOException ended) {
      // the other direction ends too, both sockets being closed
      return;
    }
  }

  private void passOn(Socket caller, Socket member) throws IOException {
    DataInputStream in = new DataInputStream(caller.getInputStream());
    OutputStream out = member.getOutputStream();
    out.write(in.readNBytes(PREFACE_BYTES));
    while (true) {
      byte[] head = in.readNBytes(SnapshotFrame.FRAME_HEAD_BYTES);
      if (head.length < SnapshotFrame.FRAME_HEAD_BYTES) {
        throw new EOFException("the caller went");
      }
      int length = ((head[0] & 255) << 16) | ((head[1] & 255) << 8) | (head[2] & 255);
      byte[] frame = new byte[SnapshotFrame.FRAME_HEAD_BYTES + length];
      System.arraycopy(head, 0, frame, 0, SnapshotFrame.FRAME_HEAD_BYTES);
      in.readFully(frame, SnapshotFrame.FRAME_HEAD_BYTES, length);
      Optional<Change> next = change.get();
      if (next.isPresent() && SnapshotFrame.is(frame) && next.get().to(frame)) {
        change.set(Optional.empty());
      }
      out.write(frame);
    }
  }

  @Override
  public void close() {
    close(door);
    open.forEach(SnapshotProxy::close);
  }

  private static void close(Closeable one) {
    try {
      one.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
