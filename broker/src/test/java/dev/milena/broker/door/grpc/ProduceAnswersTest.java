package dev.milena.broker.door.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.PartOutcome;
import dev.milena.broker.core.RecordsOutcome;
import dev.milena.broker.core.Refusal;
import dev.milena.proto.v1.ProduceResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProduceAnswersTest {
  private static final PartOutcome NEVER_STORED =
      new PartOutcome.NotWritten(Refusal.of(ErrorKind.TIMED_OUT, "too late").nothingStored());
  private static final PartOutcome PERHAPS_STORED =
      new PartOutcome.NotWritten(Refusal.of(ErrorKind.TIMED_OUT, "not acknowledged"));
  private static final PartOutcome STORED = new PartOutcome.Written(3, 1, -1, 0);

  private static ProduceAnswers answerTo(PartOutcome... outcomes) {
    List<RecordsOutcome.Share> shares = new ArrayList<>();
    for (PartOutcome outcome : outcomes) {
      shares.add(new RecordsOutcome.Share(shares.size(), 1, List.of(shares.size()), outcome));
    }
    return ProduceAnswers.ofRecords(7, new RecordsOutcome.Shared(shares));
  }

  private static Refusal failure(PartOutcome... outcomes) {
    return assertInstanceOf(ProduceAnswers.Failed.class, answerTo(outcomes)).refusal();
  }

  @Test
  void requestOfWhichOneShareMayBeStoredDoesNotSayThatNothingIs() {
    assertEquals("not acknowledged", failure(NEVER_STORED, PERHAPS_STORED, NEVER_STORED).message());
    assertEquals(Map.of(), failure(NEVER_STORED, PERHAPS_STORED, NEVER_STORED).about());
    assertEquals("no", failure(NEVER_STORED, NEVER_STORED).about().get("stored"));
  }

  @Test
  void eachShareSaysForItselfWhetherItMayBeStored() {
    ProduceResponse response =
        assertInstanceOf(
                ProduceAnswers.Answered.class, answerTo(STORED, NEVER_STORED, PERHAPS_STORED))
            .response();
    assertEquals("no", response.getAcks(1).getError().getMetadataOrThrow("stored"));
    assertEquals(0, response.getAcks(2).getError().getMetadataCount());
  }
}
