package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.DescribeOutcome;
import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.TopicOutcome;
import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.TopicImage;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.pcollections.TreePMap;

/** What a broker shows of topics is as new as the question, or it says that it may not be. */
class ShownTopicsTest extends CoreOnOneThread {
  ShownTopicsTest() throws IOException {}

  @Test
  void whatWasChangedElsewhereIsShownToWhoAsksAfterwards() {
    create("logs", 1);
    broker.pass(ReadLease.STANDS_MS);
    quorum.holdBack(true);
    grow("logs", 2);

    Answer<DescribeOutcome> answer = ask("logs");
    broker.pass(100);
    assertFalse(answer.isGiven(), "this broker does not know of it yet");
    quorum.holdBack(false);
    broker.settle();

    assertEquals(2, shown(answer).topics().getFirst().partitionCount());
    assertEquals(Optional.empty(), shown(answer).mayBeOld());
  }

  @Test
  void whatWasDeletedElsewhereIsNotShownToWhoAsksAfterwards() {
    create("logs", 1);
    broker.pass(ReadLease.STANDS_MS);
    quorum.holdBack(true);
    TopicImage logs = quorum.image().topic("logs").orElseThrow();
    decided(new MetadataCommand.DeleteTopic("logs", logs.id()));

    Answer<DescribeOutcome> all = new Answer<>();
    broker.core().describeTopics(Set.of(), all);
    Answer<DescribeOutcome> one = ask("logs");
    quorum.holdBack(false);
    broker.settle();

    assertEquals(List.of(), shown(all).topics());
    assertInstanceOf(DescribeOutcome.DescribeRefused.class, one.get());
  }

  @Test
  void whatCannotBeAskedIsShownSoonAndSaidToBeOldPerhaps() {
    create("logs", 1);
    broker.pass(ReadLease.STANDS_MS);
    quorum.silent(true);

    Answer<DescribeOutcome> answer = ask("logs");
    broker.pass(290);
    assertFalse(answer.isGiven());
    broker.pass(20);

    assertEquals("logs", shown(answer).topics().getFirst().name());
    assertEquals(
        Optional.of("the metadata quorum cannot be asked (no answer in the time left for it)"),
        shown(answer).mayBeOld());
  }

  @Test
  void aBrokerThatDoesNotKeepUpSaysSo() {
    create("logs", 1);
    broker.pass(ReadLease.STANDS_MS);
    quorum.holdBack(true);
    grow("logs", 2);

    Answer<DescribeOutcome> answer = ask("logs");
    broker.pass(310);

    assertEquals(1, shown(answer).topics().getFirst().partitionCount());
    assertTrue(shown(answer).mayBeOld().orElseThrow().contains("did not catch up"));
  }

  @Test
  void oneQuestionStandsForThoseThatComeSoonAfterIt() {
    create("logs", 1);
    broker.pass(ReadLease.STANDS_MS);
    int before = quorum.readIndexes();

    shown(ask("logs"));
    broker.pass(ReadLease.STANDS_MS - 10);
    shown(ask("logs"));
    assertEquals(before + 1, quorum.readIndexes());
    broker.pass(10);
    shown(ask("logs"));
    assertEquals(before + 2, quorum.readIndexes());
  }

  @Test
  void aBrokerThatNobodyWaitsForAsksEachTime() {
    create("logs", 1);
    BrokerImage row = quorum.image().broker(1).orElseThrow();
    decided(new MetadataCommand.FenceBroker(1, row.brokerEpoch()));
    broker.settle();
    int before = quorum.readIndexes();

    shown(ask("logs"));
    shown(ask("logs"));

    assertEquals(before + 2, quorum.readIndexes());
  }

  @Test
  void aChangeThatSomeBrokerDoesNotShowIsAnsweredWhenItsLeaseIsOver() {
    quorum.spreads(false);
    Answer<TopicOutcome> answer = new Answer<>();
    broker.core().changeTopic(createCall("logs", 1, false, new TreeMap<>()), answer);
    broker.pass(TopicEntry.SPREAD_MS - 10);
    assertFalse(answer.isGiven(), "a broker may show it not yet, by a lease");
    broker.pass(20);
    assertInstanceOf(TopicOutcome.TopicChanged.class, answer.get());
  }

  @Test
  void aChangeOfWhichNobodyCanSayWhoShowsItIsNotAnsweredAsDone() {
    quorum.spreads(CompletableFuture.failedFuture(new IllegalStateException("a planted bug")));
    Answer<TopicOutcome> answer = new Answer<>();
    broker.core().changeTopic(createCall("logs", 1, false, new TreeMap<>()), answer);
    broker.settle();
    var refused = assertInstanceOf(TopicOutcome.TopicRefused.class, answer.get());
    assertEquals(ErrorKind.INTERNAL, refused.refusal().kind());
    assertTrue(refused.refusal().message().contains("a planted bug"));
  }

  private Answer<DescribeOutcome> ask(String topic) {
    Answer<DescribeOutcome> answer = new Answer<>();
    broker.core().describeTopics(Set.of(topic), answer);
    return answer;
  }

  private static DescribeOutcome.Described shown(Answer<DescribeOutcome> answer) {
    return assertInstanceOf(DescribeOutcome.Described.class, answer.get());
  }

  /** As another broker would. */
  private void grow(String topic, int partitions) {
    decided(new MetadataCommand.AlterTopic(topic, partitions, TreePMap.empty(), List.of()));
  }

  private void decided(MetadataCommand command) {
    assertInstanceOf(QuorumAnswer.Decided.class, quorum.decide(command));
  }
}
