package dev.milena.quorum.grpc.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.milena.metadata.JournalStep;
import dev.milena.metadata.codec.RecordCodec;
import dev.milena.proto.peer.v1.FollowResponse;
import dev.milena.proto.peer.v1.Row;
import dev.milena.proto.peer.v1.SnapshotEnd;
import dev.milena.proto.peer.v1.SnapshotHead;
import dev.milena.proto.peer.v1.SnapshotRows;
import dev.milena.proto.peer.v1.StepPart;
import dev.milena.proto.peer.v1.Steps;
import dev.milena.quorum.grpc.TestMember;
import dev.milena.quorum.grpc.TestQuorum;
import dev.milena.quorum.grpc.client.StreamFold.Taken;
import dev.milena.quorum.store.RecordStream;
import dev.milena.quorum.view.FollowedPlace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a member sends is believed only when it follows. */
class StreamFoldTest {
  @TempDir Path folder;
  private final TestQuorum quorum = new TestQuorum();
  private final List<FollowedPlace> told = new ArrayList<>();
  private final StreamFold fold =
      new StreamFold(FollowedPlace.NOTHING, (place, delta) -> told.add(place));
  private List<JournalStep> steps = List.of();

  @BeforeEach
  void someSteps() throws Exception {
    quorum.bringUpBroker(1, "h", 1);
    quorum.appendTopics(0, 20);
    try (TestMember member = new TestMember(quorum, folder, 1 << 20)) {
      steps = ((RecordStream.Page.Steps) member.stream().read(0, 1 << 20)).steps();
    }
  }

  @Test
  void stepsThatFollowAreFoldedOneByOne() {
    assertInstanceOf(Taken.Fine.class, fold.take(page(quorum.lastIndex(), steps)));

    assertEquals(quorum.image(quorum.lastIndex()), fold.place().image());
    assertEquals(quorum.lastIndex(), fold.place().index());
    for (int i = 0; i < steps.size(); i++) {
      assertEquals(steps.get(i).index(), told.get(i).index());
      assertEquals(quorum.image(steps.get(i).index()), told.get(i).image());
    }
  }

  @Test
  void aStepThatIsMissingRepeatedOrChangedIsAGapAndNothingOfItIsTold() {
    fold.take(page(-1, steps.subList(0, 5)));
    FollowedPlace before = fold.place();
    JournalStep next = steps.get(5);
    JournalStep otherTime =
        new JournalStep(
            next.place(),
            next.timeMs() + 1,
            next.requestId(),
            next.origin(),
            next.records(),
            next.rollingHash());
    JournalStep otherRecords =
        RecordCodec.chain(
                new JournalStep(
                    next.place(),
                    next.timeMs(),
                    next.requestId(),
                    next.origin(),
                    steps.get(2).records(),
                    0),
                before.rollingHash())
            .step();

    for (JournalStep wrong : List.of(steps.get(6), steps.get(4), otherTime, otherRecords)) {
      assertInstanceOf(Taken.Gap.class, fold.take(page(-1, List.of(wrong))), wrong.toString());
      assertEquals(before, fold.place());
    }
    assertEquals(5, told.size());
    assertInstanceOf(Taken.Fine.class, fold.take(page(-1, steps.subList(5, steps.size()))));
  }

  @Test
  void whatIsNoStepAtAllIsUseless() {
    FollowResponse nonsense =
        FollowResponse.newBuilder()
            .setSteps(Steps.newBuilder().addSteps(ByteString.copyFromUtf8("nonsense")))
            .build();
    assertInstanceOf(Taken.Useless.class, fold.take(nonsense));
    assertInstanceOf(Taken.Useless.class, fold.take(FollowResponse.getDefaultInstance()));
  }

  @Test
  void aMemberThatIsBehindDoesNotTakeTheViewBack() {
    fold.take(page(quorum.lastIndex(), steps));
    assertInstanceOf(Taken.Fine.class, fold.take(page(quorum.lastIndex() - 3, List.of())));
    assertEquals(quorum.lastIndex(), fold.place().index());

    Taken older = fold.take(head(quorum.lastIndex() - 1));
    assertTrue(assertInstanceOf(Taken.Useless.class, older).what().contains("an image at index"));
  }

  @Test
  void partsOfAStepCountWhenTheLastIsThereAndNotWhenAnotherStreamBegan() {
    ByteString whole = ByteString.copyFrom(RecordCodec.write(steps.getFirst()));
    fold.take(part(whole.substring(0, 7), false));
    assertEquals(0, told.size());
    fold.beginAnew();
    fold.take(part(whole.substring(0, 9), false));
    assertInstanceOf(Taken.Fine.class, fold.take(part(whole.substring(9), true)));

    assertEquals(steps.getFirst().index(), fold.place().index());
  }

  @Test
  void aStepWithoutAnEndIsNotPutTogetherForEver() {
    ByteString megabytes = ByteString.copyFrom(new byte[8 << 20]);
    Taken last = new Taken.Fine();
    int sent = 0;
    while (last instanceof Taken.Fine && sent <= StreamFold.MAX_STEP_BYTES) {
      last = fold.take(part(megabytes, false));
      sent += megabytes.size();
    }
    assertInstanceOf(Taken.Useless.class, last);
  }

  @Test
  void anImageThatIsNotWhatWasSentIsUseless() {
    Row row = Row.newBuilder().setKey(ByteString.copyFrom(new byte[] {1})).build();
    FollowResponse rows =
        FollowResponse.newBuilder().setSnapshotRows(SnapshotRows.newBuilder().addRows(row)).build();
    assertInstanceOf(Taken.Useless.class, fold.take(rows));
    assertInstanceOf(Taken.Useless.class, fold.take(end(0, 0)));

    fold.take(head(5));
    fold.take(rows);
    assertInstanceOf(Taken.Useless.class, fold.take(end(2, 0)));
    fold.take(head(5));
    fold.take(rows);
    assertInstanceOf(Taken.Useless.class, fold.take(end(1, 99)));
    fold.take(head(5));
    assertInstanceOf(Taken.Useless.class, fold.take(page(9, steps)));
    FollowResponse unknownRow =
        FollowResponse.newBuilder()
            .setSnapshotRows(
                SnapshotRows.newBuilder()
                    .addRows(Row.newBuilder().setKey(ByteString.copyFrom(new byte[] {99}))))
            .build();
    fold.take(head(5));
    assertInstanceOf(Taken.Useless.class, fold.take(unknownRow));
    assertEquals(0, told.size());
  }

  private static FollowResponse page(long through, List<JournalStep> steps) {
    Steps.Builder page = Steps.newBuilder().setThroughIndex(through);
    steps.forEach(step -> page.addSteps(ByteString.copyFrom(RecordCodec.write(step))));
    return FollowResponse.newBuilder().setSteps(page).build();
  }

  private static FollowResponse part(ByteString bytes, boolean last) {
    return FollowResponse.newBuilder()
        .setStepPart(StepPart.newBuilder().setIndex(0).setPart(bytes).setLast(last))
        .build();
  }

  private static FollowResponse head(long index) {
    return FollowResponse.newBuilder()
        .setSnapshotHead(SnapshotHead.newBuilder().setIndex(index).setLastStep(-1))
        .build();
  }

  private static FollowResponse end(long count, long hash) {
    return FollowResponse.newBuilder()
        .setSnapshotEnd(SnapshotEnd.newBuilder().setRowCount(count).setRowHash(hash))
        .build();
  }
}
