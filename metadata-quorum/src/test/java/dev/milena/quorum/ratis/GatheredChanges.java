package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.milena.metadata.MetadataCommand.CreateTopic;
import dev.milena.metadata.MetadataCommand.ReassignPartitions;
import dev.milena.metadata.MetadataReply.ReassignmentReply;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.PartitionMove;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.ReplicaPlan;
import dev.milena.metadata.TopicId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.pcollections.TreePMap;

/**
 * Many small changes in one command, as coordinators gather the offsets that groups commit: the
 * order of the three replicas of 1,000 partitions is changed, back and forth. Each is named in the
 * command, decided, journalled and written as a row, which is a little more than an offset is.
 */
final class GatheredChanges {
  private static final int PARTITIONS = 1_000;

  /** Commands that are not counted. */
  private static final int WARM_UP = 150;

  /** Commands under way at a time. */
  private static final int WINDOW = 4;

  private GatheredChanges() {}

  /** Submits so many commands and tells what it came to. */
  static String measure(QuorumServer server, int commands) throws Exception {
    Members.bringUpBroker(server, 2);
    Members.bringUpBroker(server, 3);
    Members.decided(
        server.submit(
            new CreateTopic("gathered", PARTITIONS, new ReplicaPlan.Factor(3), TreePMap.empty(), 0),
            Members.ORIGIN,
            Members.TIMEOUT_MS));
    TopicId topic = server.view().image().topic("gathered").orElseThrow().id();
    List<ReassignPartitions> orders =
        List.of(order(topic, 1, 2, 3), order(topic, 2, 3, 1), order(topic, 3, 1, 2));
    run(server, orders, WARM_UP);
    long began = System.nanoTime();
    List<Finished> finished = run(server, orders, commands);
    double seconds = (System.nanoTime() - began) / 1e9;
    // commands that are under way together may change places, and two of one order meet
    long changed = finished.stream().mapToLong(Finished::changed).sum();
    return "%.0f changes/s, %s in %s commands, %s of them under way; a command: %s"
        .formatted(
            changed / seconds,
            changed,
            commands,
            WINDOW,
            QuorumTimes.summary(finished.stream().map(Finished::nanos).toList()));
  }

  private static ReassignPartitions order(TopicId topic, Integer... replicas) {
    return new ReassignPartitions(
        IntStream.range(0, PARTITIONS)
            .mapToObj(partition ->
                new PartitionMove(
                    new PartitionId(topic, partition),
                    new PartitionMove.Aim.Target(List.of(replicas))))
            .toList());
  }

  private record UnderWay(long beganNanos, CompletionStage<QuorumAnswer> answer) {}

  private record Finished(long nanos, int changed) {}

  private static List<Finished> run(
      QuorumServer server, List<ReassignPartitions> orders, int commands) throws Exception {
    ArrayDeque<UnderWay> window = new ArrayDeque<>();
    List<Finished> finished = new ArrayList<>();
    for (int i = 0; i < commands; i++) {
      if (window.size() == WINDOW) {
        finished.add(finish(window.removeFirst()));
      }
      window.addLast(
          new UnderWay(
              System.nanoTime(),
              server.submit(orders.get(i % orders.size()), Members.ORIGIN, Members.TIMEOUT_MS)));
    }
    while (!window.isEmpty()) {
      finished.add(finish(window.removeFirst()));
    }
    return finished;
  }

  private static Finished finish(UnderWay one) throws Exception {
    ReassignmentReply reply =
        assertInstanceOf(
            ReassignmentReply.class, Members.decided(one.answer()).reply(), "to a reassignment");
    return new Finished(System.nanoTime() - one.beganNanos(), reply.changed());
  }
}
