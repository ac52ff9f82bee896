package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.DescribeOutcome;
import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.TopicOutcome;
import java.io.IOException;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A quorum that takes questions and never says anything: everybody is answered in time. */
class SilentQuorumTest extends CoreOnOneThread {
  SilentQuorumTest() throws IOException {}

  private Answer<TopicOutcome> change() {
    Answer<TopicOutcome> answer = new Answer<>();
    broker.core().changeTopic(createCall("orders", 1, false, new TreeMap<>()), answer);
    return answer;
  }

  @Test
  void aChangeOfWhichNothingIsHeardIsAnsweredWhenItsTimeIsOver() {
    quorum.silent(true);
    Answer<TopicOutcome> answer = change();
    broker.pass(990);
    assertFalse(answer.isGiven());
    broker.pass(20);
    var refused = assertInstanceOf(TopicOutcome.TopicRefused.class, answer.get());
    assertEquals(ErrorKind.TIMED_OUT, refused.refusal().kind());
  }

  @Test
  void whoLooksForATopicIsAnsweredAndWhoComesLaterTooWhenTheQuorumSpeaksAgain() {
    quorum.silent(true);
    Answer<DescribeOutcome> first = new Answer<>();
    Answer<DescribeOutcome> second = new Answer<>();
    broker.core().describeTopics(Set.of("orders"), first);
    broker.core().describeTopics(Set.of("orders"), second);
    broker.pass(2_010);
    assertEquals(ErrorKind.QUORUM_UNAVAILABLE, kind(first));
    broker.pass(2_010);
    assertTrue(second.isGiven());
    quorum.silent(false);
    Answer<DescribeOutcome> third = new Answer<>();
    broker.core().describeTopics(Set.of("orders"), third);
    assertEquals(ErrorKind.UNKNOWN_TOPIC, kind(third));
  }

  private static ErrorKind kind(Answer<DescribeOutcome> answer) {
    return assertInstanceOf(DescribeOutcome.DescribeRefused.class, answer.get()).refusal().kind();
  }
}
