package dev.milena.it.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.it.history.Event.Value;
import dev.milena.it.history.Finding.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Histories written by hand, of partition 0: each thing that must not be, and its witnesses. */
@Timeout(30)
class HistoryCheckerTest {
  private static final int ALL = Integer.MAX_VALUE;

  @Test
  void whatWasAcknowledgedAndReadIsFine() {
    is(
        Map.of(),
        sent(0),
        acked(0, 0),
        polled(1, 0, 0),
        found(0, 0),
        stored(1, 0, 0, 5),
        stored(2, 0, 0, 5));
  }

  @Test
  void whatIsOfUnknownOutcomeMayBeThereOrNot() {
    is(Map.of(), sent(0), unknown(0));
    is(Map.of(), sent(0), unknown(0), found(0, 0));
    is(Map.of(), sent(0));
    is(Map.of(), sent(0), found(0, 0));
  }

  @Test
  void whatWasAcknowledgedAndIsNotThereIsLost() {
    is(Map.of(Kind.LOST, 1), sent(0), acked(0, 0));
    is(Map.of(Kind.LOST, 1), sent(0), acked(0, Event.Acked.NOWHERE));
    is(Map.of(), sent(0), acked(0, Event.Acked.NOWHERE), found(0, 0));
    is(
        Map.of(Kind.LOST, 1, Kind.INCONSISTENT_OFFSET, 1),
        sent(0),
        sent(1),
        acked(0, 0),
        unknown(1),
        found(0, 1));
  }

  @Test
  void whatWasReadAndIsNotThereAnyMoreHasVanished() {
    is(Map.of(Kind.VANISHED, 1), sent(0), unknown(0), polled(1, 0, 0));
  }

  @Test
  void oneRecordAtTwoOffsetsIsDoubled() {
    is(Map.of(Kind.DOUBLED, 1), sent(0), acked(0, 0), found(0, 0), found(1, 0));
    // Also where consumers, acknowledgements and replicas say different things.
    is(
        Map.of(Kind.DOUBLED, 1, Kind.SKIPPED_POLL, 1),
        sent(0),
        acked(0, 0),
        polled(1, 1, 0),
        found(0, 0),
        found(1, 0));
    is(Map.of(Kind.DOUBLED, 1), sent(0), found(0, 0), stored(1, 0, 0, 5), stored(1, 1, 0, 5));
  }

  @Test
  void oneOffsetWithTwoValuesIsInconsistent() {
    is(
        Map.of(Kind.INCONSISTENT_OFFSET, 1),
        sent(0),
        sent(1),
        polled(1, 0, 0),
        polled(2, 0, 1),
        found(0, 1));
  }

  @Test
  void aConsumerGoesForwardsAndPassesOverNothing() {
    List<Event> log = List.of(sent(0), sent(1), sent(2), found(0, 0), found(1, 1), found(2, 2));
    is(Map.of(), with(log, polled(1, 0, 0), polled(1, 1, 1)));
    is(Map.of(Kind.NONMONOTONIC_POLL, 1), with(log, polled(1, 0, 0), polled(1, 0, 0)));
    is(Map.of(Kind.SKIPPED_POLL, 1), with(log, polled(1, 0, 0), polled(1, 2, 2)));
    is(Map.of(Kind.SKIPPED_POLL, 1), with(log, polled(1, 1, 1)));
  }

  @Test
  void anEndGoesBackForNobody() {
    List<Event> log = List.of(sent(0), sent(1), found(0, 0), found(1, 1));
    is(Map.of(), with(log, polled(1, 0, 0), end(1, 1, true), end(1, 1, true), end(2, 0, true)));
    is(Map.of(Kind.WENT_BACK, 1), with(log, polled(1, 0, 0), end(1, 0, true)));
    is(Map.of(Kind.WENT_BACK, 1), with(log, end(1, 2, true), end(1, 1, true)));
    is(Map.of(Kind.WENT_BACK, 1), with(log, end(1, 2, false), end(1, 1, false)));
    // Beside records that were fetched before it asked, the end is that of then.
    is(Map.of(), with(log, end(1, 2, true), end(1, 1, false)));
    is(
        Map.of(Kind.WENT_BACK, 1),
        with(log, new Event.ReadingEnded(1, 0, 1, "OFFSET_OUT_OF_RANGE")));
    is(Map.of(Kind.UNREADABLE, 1), with(log, new Event.ReadingEnded(1, 0, 1, "CORRUPT_LOG")));
  }

  @Test
  void theRecordsOfAProducerAreInItsOrderWithoutHoles() {
    is(Map.of(Kind.REORDERED, 1), sent(0), sent(1), found(0, 1), found(1, 0));
    is(Map.of(Kind.HOLE, 1), sent(0), found(1, 0));
    is(Map.of(), sent(0), new Event.Refused(value(0), 0), sent(1), found(0, 1));
  }

  @Test
  void whatIsNotThereForSureOrWasNeverSentIsNotFound() {
    is(Map.of(Kind.REFUSED_YET_THERE, 1), sent(0), new Event.Refused(value(0), 0), found(0, 0));
    is(Map.of(Kind.INVENTED, 1), found(0, 0));
    is(Map.of(Kind.DAMAGED, 1), new Event.Damaged("consumer 1", 0, 0, "its checksum"));
  }

  @Test
  void replicasThatDifferBelowTheEndHaveDiverged() {
    List<Event> log = List.of(sent(0), sent(1), unknown(1), found(0, 0), stored(1, 0, 0, 5));
    is(Map.of(), with(log, stored(2, 0, 0, 5)));
    // Behind the end a replica may have more.
    is(Map.of(), with(log, stored(2, 0, 0, 5), stored(2, 1, 1, 5)));
    is(Map.of(Kind.DIVERGED, 1), with(log, stored(2, 0, 0, 6)));
    is(Map.of(Kind.DIVERGED, 1, Kind.INCONSISTENT_OFFSET, 1), with(log, stored(2, 0, 1, 5)));
    HistoryChecker checker = new HistoryChecker(ALL);
    log.forEach(checker::take);
    checker.keeps(2, 0);
    assertEquals(Map.of(Kind.DIVERGED, 1), checker.judge().counts(), "an empty replica");
  }

  @Test
  void epochsNeverDecreaseAlongALog() {
    is(
        Map.of(Kind.EPOCH_WENT_BACK, 1),
        sent(0),
        sent(1),
        found(0, 0),
        found(1, 1),
        new Event.Stored(1, 0, value(0), 4, 0),
        new Event.Stored(1, 1, value(1), 3, 0));
  }

  @Test
  void whatIsLostIsNamedWithAllThatIsKnownOfIt() {
    HistoryChecker checker = new HistoryChecker(1);
    List.of(sent(0), acked(0, 0), sent(1), acked(1, 1)).forEach(checker::take);
    Findings findings = checker.judge();
    assertEquals(Map.of(Kind.LOST, 2), findings.counts(), "all are counted");
    assertEquals(1, findings.kept().size(), "and the first are kept");
    String words = findings.kept().getFirst().witnesses();
    assertEquals(
        "record 0 of producer 0 in partition 0 was acknowledged at offset 0; there is nothing;"
            + " what can be read ends at 0",
        words);
    assertTrue(findings.toString().contains("2 LOST"), findings.toString());
  }

  private static void is(Map<Kind, Integer> expected, Event... events) {
    is(expected, List.of(events));
  }

  private static void is(Map<Kind, Integer> expected, List<Event> events) {
    HistoryChecker checker = new HistoryChecker(ALL);
    events.forEach(checker::take);
    Findings findings = checker.judge();
    assertEquals(expected, findings.counts(), findings.toString());
  }

  private static List<Event> with(List<Event> before, Event... more) {
    List<Event> all = new ArrayList<>(before);
    all.addAll(List.of(more));
    return all;
  }

  private static Value value(long sequence) {
    return new Value(0, 0, sequence);
  }

  private static Event sent(long sequence) {
    return new Event.Sent(value(sequence), 0);
  }

  private static Event acked(long sequence, long offset) {
    return new Event.Acked(value(sequence), offset, 0, 0);
  }

  private static Event unknown(long sequence) {
    return new Event.Unknown(value(sequence), 0);
  }

  private static Event polled(int consumer, long offset, long sequence) {
    return new Event.Polled(consumer, offset, value(sequence));
  }

  private static Event found(long offset, long sequence) {
    return new Event.Found(offset, value(sequence));
  }

  private static Event stored(int node, long offset, long sequence, int print) {
    return new Event.Stored(node, offset, value(sequence), 1, print);
  }

  private static Event end(int consumer, long end, boolean asked) {
    return new Event.EndSeen(consumer, 0, end, asked);
  }
}
