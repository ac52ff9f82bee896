package dev.milena.cli;

import dev.milena.client.MilenaException;
import dev.milena.client.StartAt;
import dev.milena.client.TopicPartition;
import java.util.Collection;
import java.util.Set;

/** What is to be done when a partition cannot be read on where it stands. Pure. */
sealed interface PartitionEnd {
  /**
   * Records are gone; read on behind them, as Kafka's console consumer does.
   *
   * @param from the first offset still kept
   * @param words what was missed
   */
  record ReadOn(StartAt.Offset from, String words) implements PartitionEnd {}

  /** This partition is lost to us and no other is. */
  record ReadTheOthers(String words) implements PartitionEnd {}

  /** It is not about one partition: no use in reading the others. */
  record StopReading() implements PartitionEnd {}

  /** Statuses of what is about a whole topic, or about us. */
  Set<String> ABOUT_ALL =
      Set.of("NOT_FOUND", "UNIMPLEMENTED", "UNAUTHENTICATED", "PERMISSION_DENIED");

  /** Reasons of the client's own: whoever leads the partition could not be asked. */
  Set<String> NOT_REACHED = Set.of("NO_BROKER_REACHABLE", "CONNECTION_LOST", "TIMED_OUT");

  /**
   * Nothing came for the time that was to be waited, and it is not known whether there is nothing.
   *
   * @param failing why partitions cannot be read
   * @param all whether no partition can
   */
  static CommandFailed cannotTell(Collection<MilenaException> failing, boolean all) {
    String words =
        "cannot tell whether there is more to read: " + failing.iterator().next().getMessage();
    boolean reachedNobody =
        all && failing.stream().allMatch(why -> NOT_REACHED.contains(why.reason()));
    return reachedNobody ? CommandFailed.unreachable(words) : CommandFailed.refused(words);
  }

  /**
   * Decides.
   *
   * @param position where it was to be read on
   */
  static PartitionEnd of(TopicPartition partition, StartAt position, MilenaException why) {
    if (ABOUT_ALL.contains(why.status())) {
      return new StopReading();
    }
    String kept = why.about().getOrDefault("logStartOffset", "");
    if (why.reason().equals("OFFSET_OUT_OF_RANGE")
        && position instanceof StartAt.Offset(long wanted)
        && kept.matches("[0-9]{1,18}")
        && wanted < Long.parseLong(kept)) {
      long start = Long.parseLong(kept);
      return new ReadOn(new StartAt.Offset(start), missed(partition, wanted, start));
    }
    return new ReadTheOthers(partition + " cannot be read on: " + why.getMessage());
  }

  private static String missed(TopicPartition partition, long wanted, long start) {
    long count = start - wanted;
    String which =
        count == 1
            ? " was missed: that at the offset " + wanted + " was deleted before it was read"
            : " were missed: those at the offsets "
                + wanted
                + " to "
                + (start - 1)
                + " were deleted before they were read";
    return Counts.of(count, "record")
        + " of "
        + partition
        + which
        + "; going on at offset "
        + start;
  }
}
