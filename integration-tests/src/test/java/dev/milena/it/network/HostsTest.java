package dev.milena.it.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.it.process.Tool;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several hosts on one machine, and what can be done to the cables between them. */
@Timeout(120)
class HostsTest {
  private static final int SENT = 300;

  @BeforeAll
  static void wantsNamespaces() throws Exception {
    Hosts.assumePossible();
  }

  @Test
  void eachHasTheNameItIsGivenAndFindsTheOthers() throws Exception {
    try (Hosts hosts = Hosts.create(List.of("milena-0.nodes.test", "milena-1.nodes.test"))) {
      Host one = hosts.host(0);
      Host other = hosts.host(1);
      assertEquals("milena-0\n", one.run("uname", "-n").expecting(0).text());
      assertEquals(other.address(), resolved(one, "milena-1.nodes.test"));
      assertEquals(other.address(), resolved(one, "milena-1"));
      assertNotEquals(one.address(), other.address());
    }
  }

  @Test
  void aHiddenNameIsKnownToItsOwnerAlone() throws Exception {
    try (Hosts hosts = Hosts.create(3)) {
      Host hidden = hosts.host(2);
      hidden.hideName();
      assertEquals(2, hosts.host(0).run("getent", "hosts", hidden.name()).exitCode());
      assertEquals(hidden.address(), resolved(hidden, hidden.name()));
      hidden.showName();
      assertEquals(hidden.address(), resolved(hosts.host(0), hidden.name()));
    }
  }

  @Test
  void oneWayIsCutAndTheOtherIsNot() throws Exception {
    try (Hosts hosts = Hosts.create(2);
        Listener zero = new Listener(hosts.host(0));
        Listener one = new Listener(hosts.host(1))) {
      hosts.host(0).cutOneWay(hosts.host(1));
      send(hosts.host(0), hosts.host(1), "lost");
      send(hosts.host(1), hosts.host(0), "kept");
      hosts.host(1).heal();
      send(hosts.host(0), hosts.host(1), "after");
      assertEquals(List.of("after"), one.until("after"));
      assertEquals(List.of("kept"), zero.until("kept"));
    }
  }

  @Test
  void aCutIsBothWaysAndLeavesTheOthersAlone() throws Exception {
    try (Hosts hosts = Hosts.create(3);
        Listener zero = new Listener(hosts.host(0));
        Listener one = new Listener(hosts.host(1))) {
      hosts.host(0).cut(hosts.host(1));
      send(hosts.host(0), hosts.host(1), "lost");
      send(hosts.host(1), hosts.host(0), "lost");
      send(hosts.host(2), hosts.host(0), "third");
      send(hosts.host(2), hosts.host(1), "third");
      hosts.heal();
      send(hosts.host(0), hosts.host(1), "after");
      send(hosts.host(1), hosts.host(0), "after");
      assertEquals(List.of("third", "after"), zero.until("after"));
      assertEquals(List.of("third", "after"), one.until("after"));
    }
  }

  @Test
  void sidesDoNotHearEachOtherAndWhoIsOnNoneHearsBoth() throws Exception {
    try (Hosts hosts = Hosts.create(3);
        Listener one = new Listener(hosts.host(1));
        Listener two = new Listener(hosts.host(2))) {
      hosts.part(List.of(List.of(hosts.host(0)), List.of(hosts.host(1))));
      send(hosts.host(0), hosts.host(1), "lost");
      send(hosts.host(0), hosts.host(2), "kept");
      send(hosts.host(2), hosts.host(1), "third");
      hosts.heal();
      send(hosts.host(0), hosts.host(1), "after");
      assertEquals(List.of("third", "after"), one.until("after"));
      assertEquals(List.of("kept"), two.until("kept"));
    }
  }

  @Test
  void aHostWithoutItsCableHearsNobodyUntilItIsPluggedIn() throws Exception {
    try (Hosts hosts = Hosts.create(2);
        Listener one = new Listener(hosts.host(1))) {
      // Whose neighbour is not known yet keeps a packet until it is, so they meet first.
      send(hosts.host(0), hosts.host(1), "before");
      assertEquals(List.of("before"), one.until("before"));
      hosts.host(1).unplug();
      send(hosts.host(0), hosts.host(1), "lost");
      hosts.host(1).plug();
      List<String> heard = one.after(() -> send(hosts.host(0), hosts.host(1), "after"));
      assertFalse(heard.contains("lost"), heard.toString());
    }
  }

  @Test
  void aHostThatMovesIsFoundUnderItsNameAndACutGoesWithIt() throws Exception {
    try (Hosts hosts = Hosts.create(2);
        Listener zero = new Listener(hosts.host(0));
        Listener one = new Listener(hosts.host(1))) {
      String before = hosts.host(1).address();
      hosts.host(1).cutOneWay(hosts.host(0));
      hosts.host(1).move();
      assertNotEquals(before, hosts.host(1).address());
      assertEquals(hosts.host(1).address(), resolved(hosts.host(0), hosts.host(1).name()));
      send(hosts.host(0), hosts.host(1), "moved");
      assertEquals(List.of("moved"), one.until("moved"));
      send(hosts.host(1), hosts.host(0), "lost");
      hosts.heal();
      send(hosts.host(1), hosts.host(0), "after");
      assertEquals(List.of("after"), zero.until("after"));
    }
  }

  @Test
  void nothingIsLeftAfterwards() throws Exception {
    Process process;
    String namespace;
    try (Hosts hosts = Hosts.create(1)) {
      namespace = hosts.host(0).namespace();
      process = new ProcessBuilder(hosts.host(0).command("sleep", "600")).start();
      awaitInside(process, hosts.host(0));
    }
    assertTrue(process.waitFor(10, TimeUnit.SECONDS));
    assertFalse(Files.exists(Path.of("/run/netns", namespace)));
    assertFalse(Files.exists(Path.of("/etc/netns", namespace)));
  }

  @Test
  void whatAKilledRunLeftIsClearedAwayByTheNext() throws Exception {
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    String leftover = "milena-" + dead.pid() + "-1-0";
    ip("netns", "add", leftover);
    Process process =
        new ProcessBuilder("ip", "netns", "exec", leftover, "sleep", "600")
            .redirectErrorStream(true)
            .start();
    Hosts.create(0).close();
    assertFalse(Files.exists(Path.of("/run/netns", leftover)));
    process.destroyForcibly().waitFor();
  }

  @Test
  void someOfThePacketsThatReachALossyLinkAreLost() throws Exception {
    int heard = heard(host -> host.lose(30), "", "");
    assertTrue(heard > 0 && heard < SENT, heard + " of " + SENT);
  }

  @Test
  void whereLargePacketsAreLostSmallOnesArrive() throws Exception {
    assertEquals(0, heard(host -> host.loseLarge(600), "x".repeat(700), ""));
    assertEquals(SENT, heard(host -> host.loseLarge(600), "", ""));
  }

  @Test
  void whatDoesNotPassANarrowLinkIsLost() throws Exception {
    int heard = heard(host -> host.narrow(500), "x".repeat(1_300), "");
    assertTrue(heard > 0 && heard < SENT / 2, heard + " of " + SENT);
  }

  @Test
  void aLinkThatFlapsLosesSomeAndIsWholeAgainWhenItIsHealed() throws Exception {
    int heard = heard(host -> host.flap(100), "", "sleep 0.005");
    assertTrue(heard > 0 && heard < SENT, heard + " of " + SENT);
  }

  /** How many of many packets arrive while something is wrong with the link that they go to. */
  private static int heard(Trouble trouble, String body, String pause) throws Exception {
    String loop =
        "for i in $(seq %s); do echo \"$i $1\" >/dev/udp/$0/%s || true; %s; done"
            .formatted(SENT, DatagramListener.PORT, pause.isEmpty() ? ":" : pause);
    try (Hosts hosts = Hosts.create(2);
        Listener one = new Listener(hosts.host(1))) {
      send(hosts.host(0), hosts.host(1), "before");
      assertEquals(List.of("before"), one.until("before"));
      trouble.of(hosts.host(1));
      hosts.host(0).run("bash", "-c", loop, hosts.host(1).address(), body).expecting(0);
      hosts.heal();
      // a link that has just come back may lose the first
      for (int i = 0; i < 20; i++) {
        send(hosts.host(0), hosts.host(1), "after");
      }
      return one.until("after").size() - 1;
    }
  }

  /** What is done to a link. */
  private interface Trouble {
    void of(Host host) throws Exception;
  }

  private static void ip(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(arguments));
    Tool.run(command, Map.of(), Path.of("/dev/null")).expecting(0);
  }

  private static void awaitInside(Process process, Host host) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    String pid = Long.toString(process.pid());
    List<String> pids = List.of("ip", "netns", "pids", host.namespace());
    while (!Tool.run(pids, Map.of(), Path.of("/dev/null")).text().lines().toList().contains(pid)) {
      assertTrue(System.nanoTime() < end, "process " + pid + " never came into " + host);
    }
  }

  private static String resolved(Host from, String name) throws Exception {
    return from.run("getent", "hosts", name).expecting(0).text().split(" ")[0];
  }

  private static void send(Host from, Host to, String text) throws Exception {
    String line = "echo \"$0\" >/dev/udp/" + to.name() + "/" + DatagramListener.PORT;
    from.run("bash", "-c", line, text).expecting(0);
  }

  /** Something to be done by a test. */
  private interface Step {
    void run() throws Exception;
  }

  /** What comes to a host as datagrams. */
  private static final class Listener implements AutoCloseable {
    private static final long DEADLINE_SECONDS = 30;

    private final Process process;
    private final BufferedReader lines;

    Listener(Host host) throws IOException {
      List<String> command =
          host.command(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-cp",
              System.getProperty("java.class.path"),
              DatagramListener.class.getName());
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      lines = process.inputReader();
      assertEquals(DatagramListener.LISTENING, lines.readLine());
    }

    /** All that came, up to and with this one. */
    List<String> until(String last) throws Exception {
      List<String> heard = new ArrayList<>();
      do {
        String line = lines.readLine();
        assertTrue(line != null, "the listener ended; heard: " + heard);
        heard.add(line);
      } while (!heard.getLast().equals(last));
      return heard;
    }

    /** All that came when a step, repeated, was heard for the first time. */
    List<String> after(Step step) throws Exception {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
      while (!lines.ready()) {
        assertTrue(System.nanoTime() < end, "nothing came");
        step.run();
      }
      return until("after");
    }

    @Override
    public void close() throws InterruptedException {
      process.destroyForcibly().waitFor();
    }
  }
}
