package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.client.Admin;
import dev.milena.client.ChangeHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the quorum decided of a topic's partitions while a broker came back, in its order, as the
 * journal tells it: nothing that lasted for a moment is missed, as it would be by looking now and
 * then.
 *
 * @param broker who came back
 * @param registeredAt the index at which its newest run was registered
 * @param letInAt the index at which that was let in
 * @param rows what partitions of the topic became, in order
 */
record RowHistory(int broker, long registeredAt, long letInAt, List<Row> rows) {
  private static final Pattern CHANGED =
      Pattern.compile(
          "(?:leader of )?\\S+-([0-9]+) (?:is ([0-9]+)|has no leader), epoch [0-9]+, replicas \\S+, in sync (\\S+?)(?:, eligible (\\S+))?");

  /** A partition's row from an index of the quorum's log on. */
  private record Row(long index, int partition, String leader, String inSync, String eligible) {
    boolean countsOn(int broker) {
      String id = Integer.toString(broker);
      return leader.equals(id)
          || List.of(inSync.split(",")).contains(id)
          || List.of(eligible.split(",")).contains(id);
    }
  }

  /** Reads it, as of now. */
  static RowHistory of(Admin admin, String topic, int broker) {
    long registered = -1;
    long letIn = -1;
    for (ChangeHistory.Change change : changes(admin, "")) {
      for (String what : change.what()) {
        if (what.startsWith("broker %s registered".formatted(broker))) {
          registered = change.index();
        } else if (what.equals("broker %s unfenced".formatted(broker))) {
          letIn = change.index();
        }
      }
    }
    List<Row> rows = new ArrayList<>();
    for (ChangeHistory.Change change : changes(admin, topic)) {
      change.what().stream()
          .map(CHANGED::matcher)
          .filter(Matcher::matches)
          .forEach(row -> rows.add(row(change.index(), row)));
    }
    return new RowHistory(broker, registered, letIn, rows);
  }

  private static Row row(long index, Matcher said) {
    return new Row(
        index,
        Integer.parseInt(said.group(1)),
        Optional.ofNullable(said.group(2)).orElse(""),
        said.group(3),
        Optional.ofNullable(said.group(4)).orElse(""));
  }

  private static List<ChangeHistory.Change> changes(Admin admin, String topic) {
    List<ChangeHistory.Change> all = new ArrayList<>();
    ChangeHistory.Wanted wanted = new ChangeHistory.Wanted(topic, 0);
    ChangeHistory page = admin.audit(wanted, 0);
    all.addAll(page.changes());
    for (OptionalLong next = page.nextIndex(); next.isPresent(); next = page.nextIndex()) {
      page = admin.audit(wanted, next.getAsLong());
      all.addAll(page.changes());
    }
    return all;
  }

  /**
   * Each partition was counting on the broker until it registered, and from that very step on
   * neither led by it nor with it in sync or eligible, until it was let in, with another leader.
   */
  void assertNotCountedOnBeforeItWasLetIn(int partitions) {
    assertTrue(registeredAt >= 0 && letInAt > registeredAt, this::toString);
    TreeMap<Integer, Row> before = new TreeMap<>();
    TreeMap<Integer, Row> after = new TreeMap<>();
    for (Row row : rows) {
      if (row.index() < registeredAt) {
        before.put(row.partition(), row);
      } else if (row.index() <= letInAt) {
        assertFalse(row.countsOn(broker), () -> row + " of " + this);
        assertFalse(row.leader().isEmpty(), () -> row + " of " + this);
        after.put(row.partition(), row);
      }
    }
    assertEquals(partitions, before.size(), this::toString);
    assertTrue(before.values().stream().allMatch(row -> row.countsOn(broker)), this::toString);
    assertEquals(partitions, after.size(), this::toString);
  }
}
