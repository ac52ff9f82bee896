package dev.milena.node.directory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.milena.log.disk.JdkDisk;
import dev.milena.node.naming.SettingNames;
import dev.milena.quorum.grpc.BrokerSecret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SecretFileTest {
  @TempDir private Path temp = Path.of("");

  @Test
  void everyDirectoryHasTheSecretAndNobodyElseReadsIt() throws Exception {
    byte[] secret = secret("a", "b");

    for (String name : new String[] {"a", "b"}) {
      Path file = temp.resolve(name).resolve("milena.secret");
      assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
      assertFalse(Files.exists(temp.resolve(name).resolve(".milena.secret")));
    }
    assertArrayEquals(secret, secret("a", "b"));
  }

  @Test
  void aDirectoryThatIsLeftBringsTheSecretToTheOthers() throws Exception {
    byte[] secret = secret("a", "b");
    Files.delete(temp.resolve("a").resolve("milena.secret"));

    assertArrayEquals(secret, secret("a", "b"));
    assertArrayEquals(secret, secret("a", "c"));
  }

  @Test
  void aSecretThatIsDamagedOrLostIsReplaced() throws Exception {
    byte[] secret = secret("a");
    Path file = temp.resolve("a").resolve("milena.secret");
    for (String damaged :
        new String[] {"", "milena-secret 1\n", "milena-secret 1\n??\n", "x\ny\n"}) {
      Files.writeString(file, damaged);

      byte[] next = secret("a");

      assertFalse(Arrays.equals(secret, next));
      assertArrayEquals(next, secret("a"));
    }
    Files.delete(file);
    assertFalse(Arrays.equals(secret, secret("a")));
  }

  @Test
  void theExampleOfTheFormatPageIsRead() throws Exception {
    String page = Files.readString(Path.of("../docs/FORMAT.md"));
    int at = page.indexOf("    milena-secret 1\n");
    List<String> lines = page.substring(at).lines().limit(2).map(String::strip).toList();
    secret("a");
    Files.writeString(temp.resolve("a").resolve("milena.secret"), String.join("\n", lines) + "\n");

    byte[] expected = new byte[BrokerSecret.BYTES];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = (byte) i;
    }
    assertArrayEquals(expected, secret("a"));
  }

  @Test
  void aCrashWhileItIsWrittenLeavesNothingInTheWay() throws Exception {
    Files.createDirectories(temp.resolve("a"));
    byte[] secret = secret("a");
    Files.delete(temp.resolve("a").resolve("milena.secret"));
    Files.writeString(temp.resolve("a").resolve(".milena.secret"), "half");

    assertFalse(Arrays.equals(secret, secret("a")));
  }

  private byte[] secret(String... names) throws Exception {
    Path[] logs = Arrays.stream(names).map(temp::resolve).toArray(Path[]::new);
    try (DataDirectories claimed =
        DataDirectories.claim(
            1,
            Arrays.asList(logs),
            logs[0],
            WantedCluster.ANY,
            UUID::randomUUID,
            SettingNames.KEYS,
            new JdkDisk())) {
      BrokerSecret secret = claimed.secret();
      assertEquals("a secret", secret.toString());
      return secret.bytes();
    }
  }
}
