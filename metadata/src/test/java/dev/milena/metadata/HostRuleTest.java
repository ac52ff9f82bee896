package dev.milena.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HostRuleTest {
  private static final String RULE =
      "the host is a name of letters, digits, '.', '-' and '_', or a numeric address (IPv6 without"
          + " brackets), got ";

  @Test
  void namesAndNumericAddressesAreHosts() {
    for (String host :
        List.of(
            "a",
            "localhost",
            "kafka_1",
            "my-host.example.",
            "10.0.0.1",
            "::1",
            "::",
            "fd00::2",
            "::ffff:10.0.0.1",
            "1:2:3:4:5:6:7:8",
            "fe80::1%eth0",
            "h".repeat(255))) {
      assertEquals(Optional.empty(), HostRule.fault("the host", host), host);
      assertTrue(HostRule.isHost(host), host);
    }
  }

  @Test
  void whatIsNoneIsRefusedWithoutRepeatingIt() {
    said("", RULE + "none");
    said(" ", RULE + "the character U+0020 in it");
    said("a b", RULE + "the character U+0020 in it");
    said("a/b", RULE + "the character U+002F in it");
    said("a\nb", RULE + "the character U+000A in it");
    said("a\0", RULE + "the character U+0000 in it");
    said("a@b", RULE + "the character U+0040 in it");
    said("a?b", RULE + "the character U+003F in it");
    said("m\u00fcnchen", RULE + "the character U+00FC in it");
    said("\ud83d\ude00", RULE + "the character U+1F600 in it");
    said("\ud83d", RULE + "the character U+D83D in it");
    said("[::1]", RULE + "the character U+005B in it");
    said("a:1", RULE + "a ':' or '%' in what is no IPv6 address");
    said("a%20", RULE + "a ':' or '%' in what is no IPv6 address");
    said("g::1", RULE + "a ':' or '%' in what is no IPv6 address");
    said("::1%", RULE + "a ':' or '%' in what is no IPv6 address");
    said("h".repeat(256), "the host has at most 255 characters, got 256");
  }

  private static void said(String host, String sentence) {
    assertEquals(Optional.of(sentence), HostRule.fault("the host", host));
    assertFalse(HostRule.isHost(host));
  }
}
