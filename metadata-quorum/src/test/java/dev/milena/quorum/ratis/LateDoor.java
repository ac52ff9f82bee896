package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.Voter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Stands before a member's port on loopback, lets so many callers through at once, and the others
 * when it is opened.
 */
final class LateDoor implements AutoCloseable {
  private final ServerSocket door;
  private final int memberPort;
  private final int atOnce;
  private final CountDownLatch came = new CountDownLatch(1);
  private final CountDownLatch open = new CountDownLatch(1);
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

  private LateDoor(ServerSocket door, int memberPort, int atOnce) {
    this.door = door;
    this.memberPort = memberPort;
    this.atOnce = atOnce;
  }

  /**
   * On a port of the system's choice.
   *
   * @param atOnce how many callers need not wait
   */
  static LateDoor before(int memberPort, int atOnce) throws IOException {
    LateDoor door =
        new LateDoor(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), memberPort, atOnce);
    Thread.ofVirtual().name("late-door").start(door::accept);
    return door;
  }

  /** The member as an operator names it who knows this address of it. */
  Voter voter(int id) {
    return new Voter(id, "127.0.0.1", door.getLocalPort());
  }

  /** Waits for the first caller that waits. */
  void awaitCaller() throws InterruptedException {
    if (!came.await(Members.TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
      throw new AssertionError("nobody came");
    }
  }

  void open() {
    open.countDown();
  }

  private void accept() {
    for (int number = 0; !door.isClosed(); number++) {
      boolean waits = number >= atOnce;
      try {
        Socket caller = door.accept();
        sockets.add(caller);
        Thread.ofVirtual().name("late-caller").start(() -> connect(caller, waits));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void connect(Socket caller, boolean waits) {
    try (caller) {
      if (waits) {
        came.countDown();
        if (!open.await(Members.TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
          throw new IOException("never opened");
        }
      }
      try (Socket member = new Socket(InetAddress.getLoopbackAddress(), memberPort)) {
        sockets.add(member);
        Thread.ofVirtual().name("late-answer").start(() -> pass(member, caller));
        pass(caller, member);
      }
    } catch (IOException ended) {
      // whoever is connected hears of it by the end of his connection
      sockets.remove(caller);
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private static void pass(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException ended) {
      // the other direction ends too, both sockets being closed
      return;
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
