package dev.milena.cli;

import dev.milena.client.Admin;
import dev.milena.client.BegunDrain;
import dev.milena.client.PartitionDetails;
import dev.milena.client.TopicDetails;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** {@code kafkactl cluster --drain}. */
final class BrokerDrain {
  private final Admin admin;
  private final Kafkactl tool;
  private final DataOut out;
  private final int broker;

  BrokerDrain(Admin admin, Kafkactl tool, DataOut out, int broker) {
    this.admin = admin;
    this.tool = tool;
    this.out = out;
    this.broker = broker;
  }

  /** Begins, and unless it shall not, waits for the end. */
  void run(WaitOptions wait) {
    int begun = ask(false).changed();
    String next =
        "kafkactl topics --describe shows what moves, kafkactl cluster --drain %s --cancel calls it back"
            .formatted(broker);
    if (!wait.waits()) {
      say(
          "begun",
          "Began to drain broker %s: %s on the way.\n"
              .formatted(broker, Counts.of(begun, "replica")));
      tool.surroundings().say("kafkactl: " + next);
      return;
    }
    new MoveWait(tool.surroundings(), wait, "the drain of broker " + broker, next)
        .until(this::left);
    say(
        "drained",
        "Drained broker %s: it holds no replica. Stop it, then kafkactl cluster --decommission %s forgets it.\n"
            .formatted(broker, broker));
  }

  /** Has everything stay, or says what cannot. */
  void callBack() {
    BegunDrain back = ask(true);
    say(
        "cancelled",
        "Broker %s gets new replicas again; %s called back.\n"
            .formatted(broker, Counts.of(back.changed(), "move")));
    if (back.left() > 0) {
      throw CommandFailed.refused(
          "%s cannot be called back now, since nobody else is in sync and up: bring a replica of each back, or let them end; kafkactl topics --describe shows them"
              .formatted(Counts.of(back.left(), "move")));
    }
  }

  /** Call after call until all is on its way. */
  private BegunDrain ask(boolean cancel) {
    int changed = 0;
    BegunDrain last;
    do {
      last = PerhapsDone.change(() -> admin.drain(broker, cancel), "kafkactl cluster --describe");
      changed += last.changed();
    } while (last.left() > 0 && last.changed() > 0);
    return new BegunDrain(changed, last.left());
  }

  /**
   * What it holds still.
   *
   * @throws CommandFailed when some of that does not move, and would be waited for in vain
   */
  private List<MoveWait.Left> left() {
    List<MoveWait.Left> left = new ArrayList<>();
    AtomicBoolean old = new AtomicBoolean();
    for (TopicDetails topic : admin.describeTopics(List.of(), _ -> old.set(true))) {
      for (PartitionDetails row : topic.partitions()) {
        if (row.replicas().contains(broker)) {
          left.add(new MoveWait.Left(topic.name(), row));
        }
      }
    }
    List<MoveWait.Left> staying =
        left.stream().filter(one -> one.row().target().contains(broker)).toList();
    // what may be old may be from before the drain
    if (!staying.isEmpty() && !old.get()) {
      MoveWait.Left first = staying.getFirst();
      throw CommandFailed.refused(
          "broker %s keeps replicas of %s that do not move, the first %s-%s: the drain was called back, or they were put there meanwhile; kafkactl cluster --drain %s moves them"
              .formatted(
                  broker,
                  Counts.of(staying.size(), "partition"),
                  first.topic(),
                  first.row().partition(),
                  broker));
    }
    return left;
  }

  private void say(String done, String sentence) {
    out.put(
        tool.wantsJson()
            ? Listing.document(json -> {
              json.writeStringField("done", done);
              json.writeNumberField("broker", broker);
            })
            : sentence);
    out.flush();
  }
}
