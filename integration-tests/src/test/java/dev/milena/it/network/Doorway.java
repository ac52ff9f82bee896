package dev.milena.it.network;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/**
 * A port of this machine's loopback that leads to a port of one of several {@link Hosts}: the way
 * by which a test, which lives in no host, speaks to what runs in one. Whoever comes through it is
 * a client on that very host, whatever is cut between hosts.
 */
public final class Doorway implements AutoCloseable {
  private static final int CONNECT_MS = 2_000;

  private final Host host;
  private final int port;
  private final ServerSocket door;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private Doorway(Host host, int port, ServerSocket door) {
    this.host = host;
    this.port = port;
    this.door = door;
  }

  /** Opens one to a port of the host, where something may listen now, later or never. */
  public static Doorway to(Host host, int port) throws IOException {
    Doorway doorway =
        new Doorway(host, port, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    Thread.ofPlatform().daemon().name("doorway-" + host.hostname()).start(doorway::admit);
    return doorway;
  }

  /** HOST:PORT on this machine. */
  public String address() {
    return "127.0.0.1:" + door.getLocalPort();
  }

  private void admit() {
    while (!door.isClosed()) {
      try {
        Socket outside = door.accept();
        open.add(outside);
        Thread.ofVirtual().start(() -> lead(outside));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void lead(Socket outside) {
    try (outside;
        Socket inside = connect()) {
      carryBothWays(outside, inside);
    } catch (IOException | ExecutionException nobodyListens) {
      // whoever came hears of it by the end of the connection
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(outside);
    }
  }

  private void carryBothWays(Socket outside, Socket inside) throws InterruptedException {
    open.add(inside);
    try {
      Thread back = Thread.ofVirtual().start(() -> carry(inside, outside));
      carry(outside, inside);
      back.join();
    } finally {
      open.remove(inside);
    }
  }

  /** A socket belongs to the network of the thread that made it, so a thread goes there. */
  private Socket connect() throws ExecutionException, InterruptedException {
    CompletableFuture<Socket> connected = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            NetworkEntry.enter(host.namespace());
            connected.complete(connectHere());
          } catch (IOException | RuntimeException failure) {
            connected.completeExceptionally(failure);
          }
        });
    return connected.get();
  }

  private Socket connectHere() throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(host.address(), port), CONNECT_MS);
      return socket;
    } catch (IOException nobodyListens) {
      socket.close();
      throw nobodyListens;
    }
  }

  private static void carry(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      in.transferTo(out);
      to.shutdownOutput();
    } catch (IOException ended) {
      close(from);
      close(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Nobody gets in any more, and who is in is thrown out. */
  @Override
  public void close() throws IOException {
    door.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
