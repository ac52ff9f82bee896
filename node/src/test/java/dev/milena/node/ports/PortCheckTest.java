package dev.milena.node.ports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.node.exit.CannotStart;
import dev.milena.node.exit.ExitCode;
import dev.milena.node.naming.SettingNames;
import dev.milena.node.naming.SettingNames.Listener;
import dev.milena.node.settings.Endpoint;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class PortCheckTest {
  @TempDir private Path temp = Path.of("");

  private static CannotStart refusal(Endpoint endpoint) {
    return refusal(endpoint, SettingNames.KEYS);
  }

  private static CannotStart refusal(Endpoint endpoint, SettingNames names) {
    return assertThrows(
        CannotStart.class, () -> PortCheck.tryToBind(endpoint, Listener.CLIENTS, names));
  }

  @Test
  void aFreePortIsFoundAndLetGo() throws Exception {
    Endpoint any = new Endpoint("127.0.0.1", 0);
    int port = PortCheck.tryToBind(any, Listener.CLIENTS, SettingNames.KEYS);
    assertEquals(
        port, PortCheck.tryToBind(any.withPort(port), Listener.CLIENTS, SettingNames.KEYS));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aTakenPortIsSaidWithItsHolder() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      int port = taken.getLocalPort();
      CannotStart refused = refusal(new Endpoint("127.0.0.1", port));
      assertEquals(ExitCode.ENVIRONMENT, refused.code());
      String start =
          "port %d (clients, 127.0.0.1:%d) is taken by process %d ("
              .formatted(port, port, ProcessHandle.current().pid());
      assertTrue(refused.sentence().startsWith(start), refused.sentence());
      assertTrue(refused.sentence().endsWith("another port with listeners"), refused.sentence());
      String inDev = refusal(new Endpoint("127.0.0.1", port), SettingNames.OPTIONS).sentence();
      assertTrue(inDev.endsWith("another port with --port"), inDev);
      assertEquals(ExitCode.ENVIRONMENT, refusal(new Endpoint("", port)).code());
    }
  }

  @Test
  void anAddressOfAnotherMachineIsASettingsMistake() {
    CannotStart refused = refusal(new Endpoint("192.0.2.1", 0));
    assertEquals(ExitCode.SETTING, refused.code());
    assertEquals("listeners: 192.0.2.1 is not an address of this machine", refused.sentence());
    assertEquals(
        "--host: 192.0.2.1 is not an address of this machine",
        refusal(new Endpoint("192.0.2.1", 0), SettingNames.OPTIONS).sentence());
    assertEquals(ExitCode.SETTING, refusal(new Endpoint("no-such-host.invalid", 0)).code());
  }

  @Test
  void theTablesOfTheKernelAreRead() throws Exception {
    Path net = Files.createDirectories(temp.resolve("net"));
    Files.writeString(
        net.resolve("tcp"),
        """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 0100007F:2384 00000000:0000 01 00000000:00000000 00:00000000 00000000     0        0 41 1
           1: 0100007F:2384 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 42 1
        """);
    Path fd = Files.createDirectories(temp.resolve("77/fd"));
    Files.createSymbolicLink(fd.resolve("3"), Path.of("socket:[42]"));
    Path other = Files.createDirectories(temp.resolve("78/fd"));
    Files.createSymbolicLink(other.resolve("3"), Path.of("socket:[41]"));
    Files.writeString(temp.resolve("77/cmdline"), "java\0-jar\0kafka.jar\0");

    assertEquals(Optional.of(new PortHolder(77, "java kafka.jar")), PortHolder.find(temp, 0x2384));
    assertEquals("process 77 (java kafka.jar)", PortHolder.find(temp, 0x2384).get().toString());
    assertEquals(Optional.empty(), PortHolder.find(temp, 0x2385));
  }

  @Test
  void aProcessIsNamedInAFewWordsWhateverItsCommandLine() {
    List<String> jvm =
        List.of(
            "/opt/jdk/bin/java",
            "-Dpassword=secret",
            "--add-opens",
            "java.base/java.nio=ALL-UNNAMED",
            "-cp",
            "/a.jar:/b.jar",
            "a.b.Main",
            "dev");
    assertEquals("java a.b.Main", ProgramName.of(jvm));
    assertEquals("java", ProgramName.of(List.of("java", "-Dx=y")));
    assertEquals("nginx", ProgramName.of(List.of("/usr/sbin/nginx", "-g", "daemon off;")));
    assertEquals("", ProgramName.of(List.of()));
    String shortened = ProgramName.of(List.of("java", "a".repeat(100)));
    assertEquals(ProgramName.MOST, shortened.length());
    assertTrue(shortened.endsWith("..."), shortened);
  }
}
