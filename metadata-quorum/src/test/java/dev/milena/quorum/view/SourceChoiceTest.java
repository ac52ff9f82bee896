package dev.milena.quorum.view;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.milena.quorum.view.SourceChoice.Choice;
import dev.milena.quorum.view.SourceChoice.Source;
import dev.milena.quorum.view.SourceChoice.Standing;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SourceChoiceTest {
  private static final Choice MEMBER = new Choice(Source.MEMBER, false);
  private static final Choice MEMBER_AND_STREAM = new Choice(Source.MEMBER, true);
  private static final Choice STREAM = new Choice(Source.STREAM, true);
  private static final Optional<Standing> NONE = Optional.empty();

  private final SourceChoice choice = new SourceChoice(false);

  private static Optional<Standing> at(long index, long silentMs) {
    return Optional.of(new Standing(index, silentMs));
  }

  @Test
  void aNodeWithAMemberUsesItFromTheBeginningWhileThereIsNoLeaderYet() {
    assertEquals(MEMBER, choice.choose(at(-1, Long.MAX_VALUE), NONE, -1, 0));
    assertEquals(MEMBER, choice.choose(at(-1, Long.MAX_VALUE), NONE, -1, 2_999));
    assertEquals(MEMBER, choice.choose(at(5, 10), NONE, -1, 3_500));
  }

  @Test
  void aNodeWithoutAMemberUsesTheStream() {
    assertEquals(STREAM, choice.choose(NONE, NONE, -1, 0));
    assertEquals(STREAM, choice.choose(NONE, at(7, 50_000), 7, 90_000));
  }

  @Test
  void aMemberThatIsForcedOntoTheStreamStaysThere() {
    SourceChoice forced = new SourceChoice(true);
    for (int ms = 0; ms < 60_000; ms += 1_000) {
      assertEquals(STREAM, forced.choose(at(9, 0), at(9, 0), 9, ms));
    }
  }

  @Test
  void aNewMemberIsTrustedWhenItHasCaughtUpAndHeardALeaderForAWhile() {
    choice.choose(NONE, NONE, -1, 0);
    choice.choose(NONE, at(5_000, 0), 5_000, 100);
    assertEquals(STREAM, choice.choose(at(10, 0), at(5_000, 0), 5_000, 200));
    assertEquals(STREAM, choice.choose(at(4_000, 0), at(5_000, 0), 5_000, 60_000));
    assertEquals(MEMBER, choice.choose(at(4_950, 0), at(5_000, 0), 5_000, 60_100));
  }

  @Test
  void aRemovedMembersBrokerGoesOnOverTheStream() {
    choice.choose(at(10, 0), NONE, 10, 0);
    assertEquals(STREAM, choice.choose(NONE, NONE, 10, 100));
  }

  @Test
  void aMemberThatIsCutOffIsLeftOnlyForAStreamThatHearsALeader() {
    choice.choose(at(10, 0), NONE, 10, 0);
    assertEquals(MEMBER, choice.choose(at(10, 2_999), NONE, 10, 10_000));
    assertEquals(MEMBER_AND_STREAM, choice.choose(at(10, 3_000), NONE, 10, 10_001));
    assertEquals(MEMBER_AND_STREAM, choice.choose(at(10, 4_000), at(10, 9_000), 10, 11_000));
    assertEquals(STREAM, choice.choose(at(10, 4_000), at(12, 100), 10, 11_001));
  }

  @Test
  void aMemberThatComesAndGoesIsNotRunAfter() {
    choice.choose(at(10, 0), NONE, 10, 0);
    choice.choose(at(10, 4_000), at(10, 0), 10, 10_000);
    assertEquals(STREAM, choice.choose(at(10, 0), at(10, 0), 10, 10_100));
    assertEquals(STREAM, choice.choose(at(10, 0), at(10, 0), 10, 12_000));
    assertEquals(STREAM, choice.choose(at(10, 1_600), at(10, 0), 10, 12_100));
    assertEquals(STREAM, choice.choose(at(10, 0), at(10, 0), 10, 13_000));
    assertEquals(STREAM, choice.choose(at(10, 0), at(10, 0), 10, 14_999));
    assertEquals(MEMBER, choice.choose(at(10, 0), at(10, 0), 10, 15_000));
  }

  @Test
  void whenTheStreamHearsNoLeaderAFitMemberIsTakenAtOnce() {
    choice.choose(at(10, 0), NONE, 10, 0);
    choice.choose(at(10, 4_000), at(10, 0), 10, 10_000);
    assertEquals(MEMBER, choice.choose(at(10, 0), at(10, 1_600), 10, 10_100));
  }
}
