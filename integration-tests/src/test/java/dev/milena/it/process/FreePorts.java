package dev.milena.it.process;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;

/**
 * Ports for nodes that must come back under the port they had. They lie below those that the kernel
 * gives to whoever asks for any, so that no outgoing connection takes the port of a node that is
 * away for a moment. Each process of tests has a range of its own, and begins anywhere in it, for
 * the sake of another checkout that is tested on the same machine.
 */
public final class FreePorts {
  private static final int FIRST = 11_000;
  private static final int RANGE = 2_600;

  /** What this module and one that is tested beside it come to: the build numbers them together. */
  private static final int FORKS = 4;

  private static final int OWN_FIRST = ownFirst();

  /**
   * Numbers of processes follow one another; what they are multiplied by keeps their ports apart.
   */
  private static final int BEGIN = (int) (ProcessHandle.current().pid() * 1_543 % RANGE);

  private static int taken;

  private FreePorts() {}

  private static int ownFirst() {
    if (Fork.number() > FORKS) {
      throw new IllegalStateException(
          "there are ports for %s processes of tests, this is number %s: give each fewer"
              .formatted(FORKS, Fork.number()));
    }
    return FIRST + (Fork.number() - 1) * RANGE;
  }

  /** A port of the loopback interface that nobody listens at, and that was given to nobody yet. */
  public static synchronized int take() throws IOException {
    while (taken < RANGE) {
      int port = OWN_FIRST + (BEGIN + taken) % RANGE;
      taken++;
      if (isFree(port)) {
        return port;
      }
    }
    throw new IOException(
        "all %s ports from %s on were given to tests of this process".formatted(RANGE, OWN_FIRST));
  }

  private static boolean isFree(int port) throws IOException {
    try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return true;
    } catch (BindException taken) {
      return false;
    }
  }
}
