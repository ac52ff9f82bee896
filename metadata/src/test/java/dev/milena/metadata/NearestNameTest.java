package dev.milena.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(10)
class NearestNameTest {
  @ParameterizedTest
  @CsvSource({
    "logs, logs, 0",
    "log, logs, 1",
    "lgos, logs, 1",
    "lgso, logs, 2",
    "'', abc, 3",
    "kitten, sitting, 3",
    "nodeid, node.id, 1",
  })
  void editsAreLettersPutInTakenOutReplacedOrSwapped(String from, String to, int edits) {
    assertEquals(edits, NearestName.edits(from, to));
    assertEquals(edits, NearestName.edits(to, from));
  }

  @ParameterizedTest
  @CsvSource({
    "dve, dev",
    "--prot, --port",
    "retention.ms, log.retention.ms",
    "segment_bites, segment.bytes",
  })
  void aWordIsNearThatDiffersInTwoLettersOrInAThird(String wrong, String known) {
    assertEquals(Optional.of(known), NearestName.to(wrong, List.of(known)));
  }

  @ParameterizedTest
  @CsvSource({"get, dev", "-x, -h", "x, y", "'', ab", "colour, cleanup.policy", "acks, flush.ms"})
  void aWordIsNotNearThatHasLittleInCommon(String wrong, String known) {
    assertEquals(Optional.empty(), NearestName.to(wrong, List.of(known)));
  }

  @Test
  void ofSeveralTheFirstOfTheNearestIsTaken() {
    assertEquals(Optional.of("logs"), NearestName.to("log", List.of("flog.dirs", "logs", "blog")));
  }
}
