package dev.milena.quorum.grpc.client;

import com.google.protobuf.ByteString;
import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.ImageDelta;
import dev.milena.metadata.JournalStep;
import dev.milena.metadata.codec.RecordCodec;
import dev.milena.metadata.codec.RowReader;
import dev.milena.metadata.codec.UnreadableMetadata;
import dev.milena.proto.peer.v1.FollowResponse;
import dev.milena.proto.peer.v1.Row;
import dev.milena.proto.peer.v1.SnapshotEnd;
import dev.milena.proto.peer.v1.SnapshotHead;
import dev.milena.proto.peer.v1.StepPart;
import dev.milena.proto.peer.v1.Steps;
import dev.milena.quorum.view.FollowedPlace;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Folds what a member streams: steps one after the other, or a whole image in their place. Believes
 * nothing: each step must follow the one before by its index and by its rolling hash, and an image
 * must be all that was sent and not older than what is there. One owner.
 */
final class StreamFold {
  /** The largest step that is put together, in bytes: fences a broker with all partitions. */
  static final int MAX_STEP_BYTES = 128 << 20;

  private final BiConsumer<FollowedPlace, ImageDelta> steps;
  private FollowedPlace place;
  private Optional<Reading> reading = Optional.empty();
  private ByteString parts = ByteString.EMPTY;

  /** An image on its way. */
  private static final class Reading {
    final SnapshotHead head;
    final RowReader rows = new RowReader();
    long count;

    Reading(SnapshotHead head) {
      this.head = head;
    }
  }

  /** What a message came to. */
  sealed interface Taken {
    /** Read on. */
    record Fine() implements Taken {}

    /** It does not follow what is there: ask for the whole image. */
    record Gap(String what) implements Taken {}

    /** It cannot be used: ask another member. */
    record Useless(String what) implements Taken {}
  }

  /** What makes a message useless. */
  private static final class Unusable extends Exception {
    private static final long serialVersionUID = 1L;
    private final boolean gap;

    Unusable(boolean gap, String what) {
      super(what);
      this.gap = gap;
    }
  }

  /**
   * @param first the place to go on from
   * @param steps told every step, in order, on the thread that folds
   */
  StreamFold(FollowedPlace first, BiConsumer<FollowedPlace, ImageDelta> steps) {
    this.place = first;
    this.steps = steps;
  }

  /** How far it is. */
  FollowedPlace place() {
    return place;
  }

  /** Another stream begins: what was half read is void. */
  void beginAnew() {
    reading = Optional.empty();
    parts = ByteString.EMPTY;
  }

  /** Takes a message; what it completes is told before this returns. */
  Taken take(FollowResponse message) {
    try {
      switch (message.getPartCase()) {
        case STEPS -> fold(message.getSteps());
        case STEP_PART -> add(message.getStepPart());
        case SNAPSHOT_HEAD -> begin(message.getSnapshotHead());
        case SNAPSHOT_ROWS -> {
          for (Row row : message.getSnapshotRows().getRowsList()) {
            reading().rows.add(row.getKey().toByteArray(), row.getValue().toByteArray());
            reading().count++;
          }
        }
        case SNAPSHOT_END -> finish(message.getSnapshotEnd());
        case PART_NOT_SET -> throw new Unusable(false, "a message of a newer release");
      }
      return new Taken.Fine();
    } catch (Unusable unusable) {
      String what = String.valueOf(unusable.getMessage());
      return unusable.gap ? new Taken.Gap(what) : new Taken.Useless(what);
    } catch (UnreadableMetadata newer) {
      return new Taken.Useless(String.valueOf(newer.getMessage()));
    }
  }

  private void fold(Steps page) throws Unusable, UnreadableMetadata {
    for (ByteString bytes : page.getStepsList()) {
      fold(RecordCodec.read(bytes.toByteArray()));
    }
    if (page.getThroughIndex() > place.index()) {
      place = place.through(page.getThroughIndex());
      steps.accept(place, ImageDelta.NONE);
    }
  }

  private void fold(JournalStep step) throws Unusable {
    if (reading.isPresent()) {
      throw new Unusable(false, "a step in the middle of an image");
    }
    boolean next =
        step.previousIndex() == place.lastStep()
            && step.index() > place.index()
            && RecordCodec.follows(step, place.rollingHash());
    if (!next) {
      throw new Unusable(
          true,
          "step %s follows step %s, here is step %s at index %s"
              .formatted(step.index(), step.previousIndex(), place.lastStep(), place.index()));
    }
    ClusterImage.Folded folded;
    try {
      folded = place.image().with(step.records());
    } catch (IllegalStateException doesNotFit) {
      throw new Unusable(true, "step " + step.index() + ": " + doesNotFit.getMessage());
    }
    place = new FollowedPlace(step.index(), step.index(), step.rollingHash(), folded.image());
    steps.accept(place, folded.delta());
  }

  private void add(StepPart part) throws Unusable, UnreadableMetadata {
    if (parts.size() + part.getPart().size() > MAX_STEP_BYTES) {
      throw new Unusable(false, "step " + part.getIndex() + " is over " + MAX_STEP_BYTES);
    }
    parts = parts.concat(part.getPart());
    if (part.getLast()) {
      byte[] whole = parts.toByteArray();
      parts = ByteString.EMPTY;
      fold(RecordCodec.read(whole));
    }
  }

  private void begin(SnapshotHead head) throws Unusable {
    if (head.getIndex() < place.index()) {
      throw new Unusable(
          false,
          "an image at index %s, here is index %s".formatted(head.getIndex(), place.index()));
    }
    parts = ByteString.EMPTY;
    reading = Optional.of(new Reading(head));
  }

  private Reading reading() throws Unusable {
    return reading.orElseThrow(() -> new Unusable(false, "a part of an image without its head"));
  }

  private void finish(SnapshotEnd end) throws Unusable, UnreadableMetadata {
    Reading read = reading();
    reading = Optional.empty();
    if (read.count != end.getRowCount() || read.rows.hash() != end.getRowHash()) {
      throw new Unusable(
          false,
          "%s rows with the hash %016x were sent, %s with %016x have come"
              .formatted(end.getRowCount(), end.getRowHash(), read.count, read.rows.hash()));
    }
    ClusterImage image = read.rows.state().image();
    ImageDelta delta = ImageDelta.between(place.image(), image);
    place =
        new FollowedPlace(
            read.head.getIndex(), read.head.getLastStep(), read.head.getRollingHash(), image);
    steps.accept(place, delta);
  }
}
