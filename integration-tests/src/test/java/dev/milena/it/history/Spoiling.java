package dev.milena.it.history;

import dev.milena.it.history.Event.Value;
import dev.milena.it.history.Finding.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/** Makes one thing wrong in a history that is clean. */
final class Spoiling {
  private final List<Event> events;
  private final SplittableRandom random;

  private Spoiling(List<Event> clean, SplittableRandom random) {
    this.events = new ArrayList<>(clean);
    this.random = random;
  }

  /** The history with such a finding in it, and maybe more; empty where it has no place for one. */
  static Optional<List<Event>> with(Kind kind, List<Event> clean, SplittableRandom random) {
    Spoiling spoiling = new Spoiling(clean, random);
    return spoiling.spoil(kind) ? Optional.of(spoiling.events) : Optional.empty();
  }

  private boolean spoil(Kind kind) {
    return switch (kind) {
      case LOST -> lose();
      case VANISHED -> vanish();
      case DOUBLED -> twice();
      case INCONSISTENT_OFFSET ->
          swap(
              Event.Polled.class,
              one -> new Event.Polled(one.consumer(), one.offset(), other(one.value())));
      case NONMONOTONIC_POLL -> again();
      case SKIPPED_POLL -> skip();
      case HOLE -> hole();
      case REORDERED -> reorder();
      case DAMAGED -> events.add(new Event.Damaged("consumer 0", 0, 0, "its checksum"));
      case WENT_BACK -> goBack();
      case UNREADABLE -> events.add(new Event.ReadingEnded(0, 0, 0, "CORRUPT_BATCH"));
      case REFUSED_YET_THERE ->
          pick(Event.Found.class, _ -> true)
              .map(at -> events.add(new Event.Refused(found(at).value(), 0)))
              .orElse(false);
      case INVENTED ->
          pick(Event.Sent.class, this::isFound)
              .map(at -> events.remove((int) at) != null)
              .orElse(false);
      case DIVERGED ->
          swap(
              Event.Stored.class,
              one ->
                  new Event.Stored(
                      one.node(), one.offset(), one.value(), one.epoch(), one.print() + 1));
      case EPOCH_WENT_BACK -> olderEpoch();
    };
  }

  private <T extends Event> Optional<Integer> pick(Class<T> kind, Predicate<T> wanted) {
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < events.size(); i++) {
      if (kind.isInstance(events.get(i)) && wanted.test(kind.cast(events.get(i)))) {
        places.add(i);
      }
    }
    return places.isEmpty()
        ? Optional.empty()
        : Optional.of(places.get(random.nextInt(places.size())));
  }

  private <T extends Event> boolean swap(
      Class<T> kind, java.util.function.UnaryOperator<T> changed) {
    Optional<Integer> at = pick(kind, _ -> true);
    at.ifPresent(i -> events.set(i, changed.apply(kind.cast(events.get(i)))));
    return at.isPresent();
  }

  private Event.Found found(int at) {
    return (Event.Found) events.get(at);
  }

  private boolean isFound(Event.Sent sent) {
    return events.stream()
        .anyMatch(
            one -> one instanceof Event.Found(long _, Value value) && value.equals(sent.value()));
  }

  private static Value other(Value value) {
    return new Value(value.partition(), value.producer(), value.sequence() + 1);
  }

  private boolean isAcked(Value value) {
    return events.stream()
        .anyMatch(one ->
            one instanceof Event.Acked(Value acked, long _, long _, long _) && acked.equals(value));
  }

  private boolean isPolled(long offset, Value value) {
    return events.stream()
        .anyMatch(one ->
            one instanceof Event.Polled(int _, long at, Value polled)
                && at == offset
                && polled.equals(value));
  }

  private boolean lose() {
    return pick(Event.Found.class, one -> isAcked(one.value()))
        .map(at -> events.remove((int) at) != null)
        .orElse(false);
  }

  private boolean vanish() {
    return pick(
            Event.Found.class, one -> !isAcked(one.value()) && isPolled(one.offset(), one.value()))
        .map(at -> events.remove((int) at) != null)
        .orElse(false);
  }

  private boolean twice() {
    return pick(Event.Found.class, _ -> true)
        .map(at -> events.add(new Event.Found(found(at).offset() + 1_000, found(at).value())))
        .orElse(false);
  }

  private boolean again() {
    return pick(Event.Polled.class, _ -> true)
        .map(at -> {
          events.add(at, events.get(at));
          return true;
        })
        .orElse(false);
  }

  private boolean skip() {
    // The one behind it must have been read, or it is no skip.
    return pick(
            Event.Polled.class,
            one ->
                events.stream()
                    .anyMatch(next ->
                        next instanceof Event.Polled(int consumer, long offset, Value value)
                            && consumer == one.consumer()
                            && value.partition() == one.value().partition()
                            && offset == one.offset() + 1))
        .map(at -> events.remove((int) at) != null)
        .orElse(false);
  }

  private boolean hole() {
    return pick(
            Event.Found.class,
            one ->
                events.stream()
                    .anyMatch(next ->
                        next instanceof Event.Found(long offset, Value value)
                            && value.partition() == one.value().partition()
                            && offset > one.offset()))
        .map(at -> events.remove((int) at) != null)
        .orElse(false);
  }

  private boolean reorder() {
    Optional<Integer> first = pick(Event.Found.class, _ -> true);
    if (first.isEmpty()) {
      return false;
    }
    Event.Found one = found(first.get());
    Optional<Integer> second =
        pick(
            Event.Found.class,
            other ->
                other.value().partition() == one.value().partition()
                    && other.value().producer() == one.value().producer()
                    && other.value().sequence() != one.value().sequence());
    if (second.isEmpty()) {
      return false;
    }
    Event.Found other = found(second.get());
    events.set(first.get(), new Event.Found(one.offset(), other.value()));
    events.set(second.get(), new Event.Found(other.offset(), one.value()));
    return true;
  }

  private boolean goBack() {
    Optional<Integer> at = pick(Event.Polled.class, _ -> true);
    at.ifPresent(i -> {
      Event.Polled one = (Event.Polled) events.get(i);
      events.add(
          i + 1, new Event.EndSeen(one.consumer(), one.value().partition(), one.offset(), true));
    });
    return at.isPresent();
  }

  private boolean olderEpoch() {
    Optional<Integer> at = pick(Event.Stored.class, one -> one.epoch() > 0);
    at.ifPresent(i -> {
      Event.Stored one = (Event.Stored) events.get(i);
      events.set(i, new Event.Stored(one.node(), one.offset(), one.value(), 0, one.print()));
    });
    // Behind one of a later epoch, or of the same that it had: else nothing is older.
    return at.map(i -> ((Event.Stored) events.get(i)).offset() % 5 != 0).orElse(false);
  }
}
