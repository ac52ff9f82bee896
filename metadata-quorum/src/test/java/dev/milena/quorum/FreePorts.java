package dev.milena.quorum;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ports for members and nodes that are told of each other before they listen, and come back under
 * the port they had. They lie below those that the kernel gives to whoever asks for any, so that no
 * outgoing connection takes one meanwhile.
 *
 * <p>They are taken from ranges. A process of tests has a range as long as it listens at the
 * range's first port: so processes side by side, of one build or of several, share none, however
 * they are numbered, and one that is killed gives its range back.
 *
 * <p>Where a port must refuse, hold a {@link java.net.Socket} that is bound and does not listen.
 *
 * <p>Thread: any.
 */
public final class FreePorts {
  private static final int FIRST = 11_000;

  /** The kernel's own begin at 32,768, unless it is told otherwise. */
  private static final int END = 32_700;

  private static final int RANGE = 700;

  private static int nextRange = FIRST;

  /** They listen at the first ports of this process's ranges; one that nobody holds is closed. */
  private static final List<ServerSocket> CLAIMS = new ArrayList<>();

  /** What is taken next, of the last of those ranges. */
  private static int next;

  private static int end;

  private FreePorts() {}

  /** A port of the loopback interface that nobody listens at, and that was given to nobody yet. */
  public static synchronized int take() throws IOException {
    while (true) {
      int port = next == end ? claimRange() : next;
      next = port + 1;
      if (isFree(port)) {
        return port;
      }
    }
  }

  /** The first port to give of a range that no other process has. */
  private static int claimRange() throws IOException {
    while (nextRange + RANGE <= END) {
      int first = nextRange;
      nextRange += RANGE;
      ServerSocket listening = listen(first);
      if (listening != null) {
        CLAIMS.add(listening);
        end = first + RANGE;
        return first + 1;
      }
    }
    throw new IOException(
        "each range of %s ports from %s to %s is another process's, or was used up by this one"
            .formatted(RANGE, FIRST, END));
  }

  private static boolean isFree(int port) throws IOException {
    try (ServerSocket listening = listen(port)) {
      return listening != null;
    }
  }

  private static @Nullable ServerSocket listen(int port) throws IOException {
    try {
      return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    } catch (BindException taken) {
      return null;
    }
  }
}
