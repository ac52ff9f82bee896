package dev.milena.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Plays the traces beside this class. A line that starts with {@code >} is an event, the lines
 * under it are what must come of it; the traces are meant to be read.
 */
class GoldenTraceTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "leader-of-one.trace",
        "three-replicas.trace",
        "min-insync.trace",
        "offline.trace",
        "in-sync.trace",
        "busy-follower.trace",
        "empty.trace",
        "caught-up-until-now.trace",
        "following.trace",
        "diverging.trace"
      })
  void replicaDoesWhatTheTraceSays(String name) throws IOException {
    String golden = read(name);
    TraceLanguage language = new TraceLanguage();
    List<String> played = new ArrayList<>();
    int events = 0;
    for (String line : golden.lines().toList()) {
      if (line.startsWith("#") || line.isBlank()) {
        played.add(line);
      } else if (line.startsWith("> ")) {
        played.add(line);
        played.addAll(language.run(line.substring(2)));
        events++;
      }
    }
    assertEquals(golden, String.join("\n", played) + "\n", name);
    assertTrue(events >= 8, name + " has only " + events + " events");
  }

  private static String read(String name) throws IOException {
    try (InputStream in = GoldenTraceTest.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
