package dev.milena.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.milena.node.exit.CannotStart;
import dev.milena.node.exit.ExitCode;
import dev.milena.node.naming.SettingNames;
import dev.milena.node.settings.SettingsCatalog;
import dev.milena.node.settings.SettingsReader;
import dev.milena.node.settings.Settlement;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class NodePortsTest {
  private static void tryAll(ServerSocket quorum, Map<String, String> more) throws CannotStart {
    TreeMap<String, String> values = new TreeMap<>(more);
    values.put("listeners", "127.0.0.1:0");
    values.put("http.listener", "127.0.0.1:0");
    values.put("quorum.listener", "127.0.0.1:" + quorum.getLocalPort());
    SettingsReader reader = new SettingsReader(SettingsCatalog.load(), SettingNames.KEYS);
    NodePorts.tryAll(Settlement.of(reader.take("node.properties", values).read()));
  }

  @Test
  void aBrokerAloneStartsWhereTheQuorumsPortIsTakenSinceItNeverOpensIt() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      tryAll(
          taken,
          Map.of(
              "process.roles", "broker",
              "controller.quorum.bootstrap.servers", "127.0.0.1:9092"));
    }
  }

  @Test
  void aNodeThatMayVoteDoesNot() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      CannotStart refused = assertThrows(CannotStart.class, () -> tryAll(taken, Map.of()));
      assertEquals(ExitCode.ENVIRONMENT, refused.code());
    }
  }
}
