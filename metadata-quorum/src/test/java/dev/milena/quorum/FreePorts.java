package dev.milena.quorum;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;

/**
 * Ports for members that are told of each other before they listen, and come back under the port
 * they had. They lie below those that the kernel gives to whoever asks for any, so that no outgoing
 * connection takes one meanwhile. Each process of tests has a range of its own, apart from those of
 * integration-tests, and begins anywhere in it, for the sake of another checkout that is tested on
 * the same machine.
 *
 * <p>Where a port must refuse, hold a {@link java.net.Socket} that is bound and does not listen.
 */
public final class FreePorts {
  private static final int FIRST = 21_500;
  private static final int RANGE = 1_350;

  /** What this module and one that is tested beside it come to: the build numbers them together. */
  private static final int FORKS = 8;

  private static final String FORK_PREFIX = "fork-";

  /** Set by the build, from 1; alone, as in an editor, it is the first. */
  private static final int FORK =
      Integer.parseInt(
          System.getProperty("milena.test.fork", FORK_PREFIX + 1).substring(FORK_PREFIX.length()));

  private static final int OWN_FIRST = ownFirst();

  /**
   * Numbers of processes follow one another; what they are multiplied by keeps their ports apart.
   */
  private static final int BEGIN = (int) (ProcessHandle.current().pid() * 1_543 % RANGE);

  private static int taken;

  private FreePorts() {}

  private static int ownFirst() {
    if (FORK > FORKS) {
      throw new IllegalStateException(
          "there are ports for %s processes of tests, this is number %s: give each fewer"
              .formatted(FORKS, FORK));
    }
    return FIRST + (FORK - 1) * RANGE;
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
