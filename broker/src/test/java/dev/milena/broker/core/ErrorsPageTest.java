package dev.milena.broker.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** docs/ERRORS.md says what {@link ErrorKind} says, row by row, no more and no less. */
class ErrorsPageTest {
  private static final String HEAD =
      "| reason | meaning | gRPC status | Kafka code | retriable | what to do |";

  @Test
  void thePageAndTheTableAreOne() throws IOException {
    List<String> printed = new ArrayList<>();
    for (List<String> row : rows()) {
      String kafkaCode = row.get(3).substring(0, row.get(3).indexOf(' '));
      printed.add(String.join(" | ", row.get(0), row.get(1), row.get(2), kafkaCode, row.get(4)));
      assertTrue(row.get(5).endsWith("."), row.get(0) + " says what to do in a sentence");
    }
    List<String> expected =
        Arrays.stream(ErrorKind.values())
            .map(kind ->
                String.join(
                    " | ",
                    kind.name(),
                    kind.meaning(),
                    kind.grpcStatus(),
                    Short.toString(kind.kafkaCode()),
                    kind.retriable() ? "yes" : "no"))
            .toList();
    assertEquals(String.join("\n", expected), String.join("\n", printed));
  }

  private static List<List<String>> rows() throws IOException {
    List<String> lines = Files.readAllLines(page());
    int head = lines.indexOf(HEAD);
    assertTrue(head >= 0, "the table is there");
    List<List<String>> rows = new ArrayList<>();
    for (String line : lines.subList(head + 2, lines.size())) {
      if (!line.startsWith("| ")) {
        break;
      }
      List<String> cells = List.of(line.substring(2, line.length() - 2).split(" \\| ", -1));
      assertEquals(6, cells.size(), line);
      rows.add(cells);
    }
    return rows;
  }

  /** From the module's folder or the root's, whichever the tests run in. */
  private static Path page() {
    Path here = Path.of("docs", "ERRORS.md");
    return Files.exists(here) ? here : Path.of("..", "docs", "ERRORS.md");
  }
}
