package dev.milena.cli;

import dev.milena.client.Admin;
import dev.milena.client.BegunMoves;
import dev.milena.client.PartitionDetails;
import dev.milena.client.ReplicaMove.Back;
import dev.milena.client.ReplicaMove.To;
import dev.milena.client.TopicPartition;
import java.util.List;
import java.util.OptionalInt;

/** {@code kafkactl topics --reassign} and {@code --cancel}. */
final class ReplicaMove {
  private final Admin admin;
  private final Kafkactl tool;
  private final DataOut out;

  ReplicaMove(Admin admin, Kafkactl tool, DataOut out) {
    this.admin = admin;
    this.tool = tool;
    this.out = out;
  }

  /** Begins a move, and unless it shall not, waits for its end. */
  void run(String topic, MoveOptions options) {
    int partition = options.partition().orElseThrow();
    List<Integer> replicas = options.replicas();
    To move = new To(new TopicPartition(topic, partition), replicas);
    BegunMoves begun = PerhapsDone.change(() -> admin.moveReplicas(List.of(move)), look(topic));
    if (begun.underWay() > 0 && !options.waiting().waits()) {
      say("begun", "Began to move", move);
      tool.surroundings().say("kafkactl: " + howToLook(topic, partition));
      return;
    }
    if (begun.underWay() > 0) {
      await(topic, partition, options.waiting());
    }
    PartitionDetails now = row(topic, partition);
    if (!now.replicas().equals(replicas)) {
      throw CommandFailed.refused(
          "%s is on %s now: its move was called back, or another was begun meanwhile; %s shows it"
              .formatted(move.where(), Listing.ids(now.replicas()), look(topic)));
    }
    say("moved", begun.changed() == 0 && begun.underWay() == 0 ? "No need to move" : "Moved", move);
  }

  private void await(String topic, int partition, WaitOptions wait) {
    new MoveWait(
            tool.surroundings(),
            wait,
            "the move of %s-%s".formatted(topic, partition),
            howToLook(topic, partition))
        .until(() -> {
          PartitionDetails row = row(topic, partition);
          return row.move().isEmpty() ? List.of() : List.of(new MoveWait.Left(topic, row));
        });
  }

  private PartitionDetails row(String topic, int partition) {
    return admin.describeTopics(List.of(topic)).getFirst().partitions().get(partition);
  }

  /** Calls moves back. */
  void callBack(String topic, OptionalInt partition) {
    BegunMoves back =
        PerhapsDone.change(
            () -> admin.moveReplicas(List.of(new Back(topic, partition))), look(topic));
    out.put(
        tool.wantsJson()
            ? Listing.document(json -> {
              json.writeStringField("done", "cancelled");
              json.writeStringField("topic", topic);
              json.writeNumberField("partitions", back.changed());
            })
            : "Called back the moves of %s of topic %s.\n"
                .formatted(Counts.of(back.changed(), "partition"), topic));
  }

  private void say(String done, String sentence, To move) {
    out.put(
        tool.wantsJson()
            ? Listing.document(json -> {
              json.writeStringField("done", done);
              json.writeStringField("topic", move.where().topic());
              json.writeNumberField("partition", move.where().partition());
              Listing.writeIds("replicas", move.replicas(), json);
            })
            : "%s %s to %s.\n".formatted(sentence, move.where(), Listing.ids(move.replicas())));
    out.flush();
  }

  private static String look(String topic) {
    return "kafkactl topics --describe --topic " + topic;
  }

  private static String howToLook(String topic, int partition) {
    return "%s shows how far it is, kafkactl topics --cancel --topic %s --partition %s calls it back"
        .formatted(look(topic), topic, partition);
  }
}
