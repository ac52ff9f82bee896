package dev.milena.it.history;

import dev.milena.it.history.Event.Value;
import dev.milena.it.history.Finding.Kind;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * What {@link HistoryChecker} finds, by looking at all events again for every question: slow, and
 * plain enough to be believed.
 */
final class NaiveChecker {
  private final List<Event> events;
  private final Set<Finding> findings = new HashSet<>();

  private NaiveChecker(List<Event> events) {
    this.events = events;
  }

  /** Findings without words. */
  static Set<Finding> judge(List<Event> events) {
    NaiveChecker naive = new NaiveChecker(events);
    naive.lostAndRefused();
    naive.valuesAndOffsets();
    naive.vanished();
    naive.order();
    naive.readers();
    naive.replicas();
    return naive.findings;
  }

  private void add(Kind kind, int partition, long about) {
    findings.add(new Finding(kind, partition, about, ""));
  }

  private <T extends Event> void each(Class<T> kind, Consumer<T> look) {
    events.stream().filter(kind::isInstance).map(kind::cast).forEach(look);
  }

  private record Sight(Value value, long offset) {}

  private Set<Sight> sights() {
    Set<Sight> sights = new HashSet<>();
    each(Event.Polled.class, one -> sights.add(new Sight(one.value(), one.offset())));
    each(Event.Found.class, one -> sights.add(new Sight(one.value(), one.offset())));
    each(Event.Stored.class, one -> sights.add(new Sight(one.value(), one.offset())));
    each(
        Event.Acked.class,
        one -> {
          if (one.offset() >= 0) {
            sights.add(new Sight(one.value(), one.offset()));
          }
        });
    return sights;
  }

  /** By partition, then by offset. */
  private Map<Integer, NavigableMap<Long, Value>> found() {
    Map<Integer, NavigableMap<Long, Value>> found = new HashMap<>();
    each(
        Event.Found.class,
        one ->
            found
                .computeIfAbsent(one.value().partition(), _ -> new TreeMap<>())
                .put(one.offset(), one.value()));
    return found;
  }

  private void lostAndRefused() {
    Set<Sight> found = new HashSet<>();
    Set<Value> sent = new HashSet<>();
    Set<Value> refused = new HashSet<>();
    found()
        .values()
        .forEach(log -> log.forEach((offset, value) -> found.add(new Sight(value, offset))));
    Set<Value> anywhere = new HashSet<>();
    each(Event.Found.class, one -> anywhere.add(one.value()));
    each(Event.Sent.class, one -> sent.add(one.value()));
    each(Event.Refused.class, one -> refused.add(one.value()));
    each(
        Event.Acked.class,
        one -> {
          boolean there =
              one.offset() >= 0
                  ? found.contains(new Sight(one.value(), one.offset()))
                  : anywhere.contains(one.value());
          if (!there) {
            add(Kind.LOST, one.value().partition(), one.value().id());
          }
        });
    for (Sight sight : sights()) {
      Value value = sight.value();
      if (!sent.contains(value)) {
        add(Kind.INVENTED, value.partition(), value.id());
      }
      if (refused.contains(value)) {
        add(Kind.REFUSED_YET_THERE, value.partition(), value.id());
      }
    }
  }

  private void valuesAndOffsets() {
    for (Sight one : sights()) {
      for (Sight other : sights()) {
        int partition = one.value().partition();
        if (other.value().equals(one.value()) && other.offset() != one.offset()) {
          add(Kind.DOUBLED, partition, one.value().id());
        }
        if (other.value().partition() == partition
            && other.offset() == one.offset()
            && !other.value().equals(one.value())) {
          add(Kind.INCONSISTENT_OFFSET, partition, one.offset());
        }
      }
    }
  }

  private void vanished() {
    Set<Value> acked = new HashSet<>();
    each(Event.Acked.class, one -> acked.add(one.value()));
    Map<Integer, NavigableMap<Long, Value>> found = found();
    // Where an offset had several values, it is the first that counts.
    Map<Integer, Map<Long, Value>> first = new HashMap<>();
    for (Event event : events) {
      switch (event) {
        case Event.Polled(int _, long offset, Value value) ->
            first
                .computeIfAbsent(value.partition(), _ -> new HashMap<>())
                .putIfAbsent(offset, value);
        case Event.Stored(int _, long offset, Value value, int _, int _) ->
            first
                .computeIfAbsent(value.partition(), _ -> new HashMap<>())
                .putIfAbsent(offset, value);
        case Event.Acked(Value value, long offset, long _, long _) ->
            first
                .computeIfAbsent(value.partition(), _ -> new HashMap<>())
                .putIfAbsent(offset, value);
        case Event.Found _,
            Event.Sent _,
            Event.Refused _,
            Event.Unknown _,
            Event.Damaged _,
            Event.EndSeen _,
            Event.ReadingEnded _ -> {}
      }
    }
    each(
        Event.Polled.class,
        one -> {
          int partition = one.value().partition();
          boolean gone = !found.getOrDefault(partition, new TreeMap<>()).containsKey(one.offset());
          if (gone && !acked.contains(first.getOrDefault(partition, Map.of()).get(one.offset()))) {
            add(Kind.VANISHED, partition, one.offset());
          }
        });
  }

  private void order() {
    found()
        .forEach((partition, log) -> {
          for (long offset = 0; offset < log.lastKey(); offset++) {
            if (!log.containsKey(offset)) {
              add(Kind.HOLE, partition, offset);
            }
          }
          log.forEach((offset, value) ->
              log.headMap(offset).values().stream()
                  .filter(before -> before.producer() == value.producer())
                  .filter(before -> before.sequence() > value.sequence())
                  .forEach(_ -> add(Kind.REORDERED, partition, offset)));
        });
  }

  private record Who(int consumer, int partition) {}

  private void readers() {
    Map<Who, Long> last = new HashMap<>();
    Map<Who, Long> asked = new HashMap<>();
    Map<Who, Long> told = new HashMap<>();
    Set<Sight> sights = sights();
    each(Event.Damaged.class, one -> add(Kind.DAMAGED, one.partition(), one.offset()));
    for (Event event : events) {
      switch (event) {
        case Event.Polled(int consumer, long offset, Value value) -> {
          Who who = new Who(consumer, value.partition());
          long before = last.getOrDefault(who, -1L);
          if (offset <= before) {
            add(Kind.NONMONOTONIC_POLL, value.partition(), offset);
          }
          if (sights.stream()
              .anyMatch(one ->
                  one.value().partition() == value.partition()
                      && one.offset() > before
                      && one.offset() < offset)) {
            add(Kind.SKIPPED_POLL, value.partition(), before + 1);
          }
          last.put(who, offset);
          asked.merge(who, offset + 1, Math::max);
        }
        case Event.EndSeen(int consumer, int partition, long end, boolean wasAsked) -> {
          Who who = new Who(consumer, partition);
          long toldBefore = told.getOrDefault(who, 0L);
          if (end < toldBefore || (wasAsked && end < asked.getOrDefault(who, 0L))) {
            add(Kind.WENT_BACK, partition, end);
          }
          (wasAsked ? asked : told).merge(who, end, Math::max);
        }
        case Event.ReadingEnded(int _, int partition, long offset, String reason) ->
            add(
                reason.equals("OFFSET_OUT_OF_RANGE") ? Kind.WENT_BACK : Kind.UNREADABLE,
                partition,
                offset);
        case Event.Found _,
            Event.Sent _,
            Event.Refused _,
            Event.Unknown _,
            Event.Damaged _,
            Event.Acked _,
            Event.Stored _ -> {}
      }
    }
  }

  private record Lying(Value value, int print) {}

  private void replicas() {
    Map<Integer, Map<Integer, Map<Long, Lying>>> logs = new HashMap<>();
    Map<Integer, Map<Integer, Integer>> epochs = new HashMap<>();
    each(
        Event.Stored.class,
        one -> {
          int partition = one.value().partition();
          logs.computeIfAbsent(partition, _ -> new HashMap<>())
              .computeIfAbsent(one.node(), _ -> new HashMap<>())
              .put(one.offset(), new Lying(one.value(), one.print()));
          int before =
              epochs
                  .computeIfAbsent(partition, _ -> new HashMap<>())
                  .merge(one.node(), one.epoch(), Math::max);
          if (before > one.epoch()) {
            add(Kind.EPOCH_WENT_BACK, partition, one.offset());
          }
        });
    Map<Integer, NavigableMap<Long, Value>> found = found();
    logs.forEach((partition, ofNodes) -> {
      NavigableMap<Long, Value> log = found.getOrDefault(partition, new TreeMap<>());
      for (long offset = 0; !log.isEmpty() && offset <= log.lastKey(); offset++) {
        Set<String> seen = new TreeSet<>();
        seen.add(log.containsKey(offset) ? log.get(offset).toString() : "");
        Set<Integer> prints = new TreeSet<>();
        for (Map<Long, Lying> ofNode : ofNodes.values()) {
          Lying lying = ofNode.get(offset);
          seen.add(lying == null ? "" : lying.value().toString());
          prints.add(lying == null ? 0 : lying.print());
        }
        if (seen.size() + prints.size() > 2) {
          add(Kind.DIVERGED, partition, offset);
        }
      }
    });
  }
}
