package dev.milena.broker.door.grpc;

import dev.milena.broker.core.BrokerCore;
import dev.milena.broker.core.ClusterView;
import dev.milena.broker.core.DescribeOutcome;
import dev.milena.broker.core.FetchCall;
import dev.milena.broker.core.FetchOutcome;
import dev.milena.broker.core.OffsetsCall;
import dev.milena.broker.core.OffsetsOutcome;
import dev.milena.broker.core.PartOutcome;
import dev.milena.broker.core.ProduceCall;
import dev.milena.broker.core.ProducerOutcome;
import dev.milena.broker.core.RecordsCall;
import dev.milena.broker.core.RecordsOutcome;
import dev.milena.broker.core.Refusal;
import dev.milena.broker.core.TopicCall;
import dev.milena.broker.core.TopicOutcome;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The core's lying twin: answers as a test says, when it says, or breaks. */
final class ScriptedCore implements BrokerCore {
  volatile BiConsumer<ProduceCall, Consumer<? super List<PartOutcome>>> onProduce =
      ScriptedCore::broken;
  volatile BiConsumer<FetchCall, Consumer<? super FetchOutcome>> onFetch = ScriptedCore::broken;

  volatile BiConsumer<RecordsCall, Consumer<? super RecordsOutcome>> onRecords = this::refused;

  private volatile Supplier<Refusal> refusal = ScriptedCore::bug;

  /** Every call is refused with this. */
  static ScriptedCore refusing(Refusal refusal) {
    ScriptedCore core = new ScriptedCore();
    core.onProduce = (_, answer) -> answer.accept(List.of(new PartOutcome.NotWritten(refusal)));
    core.onFetch = (_, answer) -> answer.accept(new FetchOutcome.FetchRefused(refusal));
    core.refusal = () -> refusal;
    return core;
  }

  private static <C, O> void broken(C call, Consumer<? super O> answer) {
    throw new IllegalStateException("a planted bug");
  }

  private static Refusal bug() {
    throw new IllegalStateException("a planted bug");
  }

  @Override
  public void produce(ProduceCall call, Consumer<? super List<PartOutcome>> answer) {
    onProduce.accept(call, answer);
  }

  @Override
  public void produceRecords(RecordsCall call, Consumer<? super RecordsOutcome> answer) {
    onRecords.accept(call, answer);
  }

  @Override
  public void newProducer(Consumer<? super ProducerOutcome> answer) {
    answer.accept(new ProducerOutcome.NotGiven(refusal.get()));
  }

  private void refused(RecordsCall call, Consumer<? super RecordsOutcome> answer) {
    answer.accept(new RecordsOutcome.RecordsRefused(refusal.get()));
  }

  @Override
  public void fetch(FetchCall call, Consumer<? super FetchOutcome> answer) {
    onFetch.accept(call, answer);
  }

  @Override
  public void listOffsets(OffsetsCall call, Consumer<? super OffsetsOutcome> answer) {
    answer.accept(new OffsetsOutcome.OffsetsRefused(refusal.get()));
  }

  @Override
  public void changeTopic(TopicCall call, Consumer<? super TopicOutcome> answer) {
    answer.accept(new TopicOutcome.TopicRefused(refusal.get()));
  }

  @Override
  public void describeTopics(Set<String> names, Consumer<? super DescribeOutcome> answer) {
    answer.accept(new DescribeOutcome.DescribeRefused(refusal.get()));
  }

  @Override
  public ClusterView cluster() {
    return new ClusterView("cluster", 1, List.of());
  }
}
