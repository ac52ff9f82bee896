package dev.milena.it.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.it.metrics.Exposition.Family;
import dev.milena.it.metrics.Exposition.Malformed;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tests' own reader of metrics: it takes what is right and nothing else. */
@Timeout(60)
class ExpositionTest {
  private static final String HEAD = "# HELP a_total What.\n# TYPE a_total counter\n";

  @Test
  void whatIsRightIsRead() throws Exception {
    Exposition read =
        Exposition.parse(
            HEAD
                + "a_total 1.0\n"
                + "# HELP b_bytes A \\\\ and\\nmore.\n# TYPE b_bytes gauge\n"
                + "b_bytes{at=\"/x,y\",of=\"a\\\"\\\\\\n\"} -1.5E9\n"
                + "b_bytes{at=\"/z\",of=\"\"} +Inf\n");

    assertEquals(List.of("a_total", "b_bytes"), List.copyOf(read.families().keySet()));
    assertEquals(
        new Family("counter", "What.", Map.of(new TreeMap<>(), 1.0)),
        read.families().get("a_total"));
    assertEquals(
        new Family(
            "gauge",
            "A \\ and\nmore.",
            Map.of(
                new TreeMap<>(Map.of("at", "/x,y", "of", "a\"\\\n")),
                -1.5e9,
                new TreeMap<>(Map.of("at", "/z", "of", "")),
                Double.POSITIVE_INFINITY)),
        read.families().get("b_bytes"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        HEAD,
        HEAD + "a_total 1",
        HEAD + "a_total 1\na_total 2\n",
        HEAD + "a_total one\n",
        HEAD + "a_total\n",
        HEAD + "a_total 1\n\n",
        HEAD + "a 1\n",
        HEAD + "a_total{} 1\n",
        HEAD + "a_total{x=1} 1\n",
        HEAD + "a_total{x=\"1\",x=\"2\"} 1\n",
        HEAD + "a_total{x=\"\\t\"} 1\n",
        HEAD + "a_total{1x=\"1\"} 1\n",
        HEAD + "a_total 1\n" + HEAD + "a_total 2\n",
        HEAD + "# TYPE a_total counter\na_total 1\n",
        "a_total 1\n",
        "# TYPE a_total counter\na_total 1\n",
        "# HELP a_total What.\na_total 1\n",
        "# HELP b_total What.\n# TYPE a_total counter\na_total 1\n",
        "# HELP a_total \n# TYPE a_total counter\na_total 1\n",
        "# HELP a What.\n# TYPE a counter\na 1\n",
        "# HELP a_total What.\n# TYPE a_total gauge\na_total 1\n",
        "# HELP a What.\n# TYPE a heap\na 1\n",
        "# HELP a \\what.\n# TYPE a gauge\na 1\n",
        "# HELP a What.\n# HELP a What.\n# TYPE a gauge\na 1\n",
        "# EOF\n"
      })
  void whatIsWrongIsRefused(String text) {
    assertThrows(Malformed.class, () -> Exposition.parse(text));
  }

  @Test
  void whatIsMissingAndWhatIsTooMuchIsFound() throws Exception {
    MetricsPage page = MetricsPage.read();

    List<String> ofNothing = page.differences(new TreeMap<>(), MetricsPage.Of.EVERY_NODE);
    assertTrue(ofNothing.size() > 15, ofNothing.toString());
    assertTrue(ofNothing.contains("jvm_threads is listed and not shown"), ofNothing.toString());

    SortedMap<String, Family> wrong = new TreeMap<>();
    wrong.put("a_total", new Family("counter", "What.", Map.of(new TreeMap<>(), 1.0)));
    wrong.put(
        "jvm_threads",
        new Family("counter", "What.", Map.of(new TreeMap<>(Map.of("x", "y")), 1.0)));
    List<String> found = page.differences(wrong, MetricsPage.Of.LEADER);
    assertTrue(
        found.containsAll(
            List.of(
                "a_total is shown and not listed",
                "jvm_threads is a counter, listed as a gauge",
                "jvm_threads means \"What.\", listed with \"Platform threads.\"",
                "jvm_threads has labels {x=y}, listed with \"\"",
                "milena_quorum_voter_lag_entries is listed and not shown")),
        found.toString());
  }
}
