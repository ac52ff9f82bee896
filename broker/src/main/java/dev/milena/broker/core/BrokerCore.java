package dev.milena.broker.core;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The one entry: what every door asks of this broker.
 *
 * <p>No method waits. Each answer is given exactly once, on a thread of the core's choice (a loop,
 * a reader, the caller's own thread before the method returns): the receiver must not block and
 * must not throw. Waiting is bounded by the call's own time, and memory by the broker's limit on
 * bytes in flight; over it a call is refused with {@link ErrorKind#OVERLOADED}.
 *
 * <p>Calls to one partition from one thread are carried out in the order they were made.
 */
public interface BrokerCore {
  /** Stores batches. One outcome for each part, in the order of the parts. */
  void produce(ProduceCall call, Consumer<? super List<PartOutcome>> answer);

  /** Stores records in the clear. */
  void produceRecords(RecordsCall call, Consumer<? super RecordsOutcome> answer);

  /**
   * Gives an id to a producer whose batches shall be stored once and in order; asks the quorum when
   * this broker has none left.
   */
  void newProducer(Consumer<? super ProducerOutcome> answer);

  /** Reads from one partition. */
  void fetch(FetchCall call, Consumer<? super FetchOutcome> answer);

  /** Finds offsets in one partition. */
  void listOffsets(OffsetsCall call, Consumer<? super OffsetsOutcome> answer);

  /** Creates, alters or deletes a topic; answered once this broker's own image shows it. */
  void changeTopic(TopicCall call, Consumer<? super TopicOutcome> answer);

  /**
   * Describes topics. A name that is not known is looked up with the quorum before it is refused.
   *
   * @param names empty: all
   */
  void describeTopics(Set<String> names, Consumer<? super DescribeOutcome> answer);

  /** The cluster as this broker knows it now. */
  ClusterView cluster();
}
