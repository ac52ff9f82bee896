package dev.milena.quorum.grpc;

import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.CommandStamp;
import dev.milena.metadata.EntryPlace;
import dev.milena.metadata.IncarnationId;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataState;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.ReplicaPlan;
import dev.milena.metadata.RequestId;
import dev.milena.metadata.SubmittedCommand;
import dev.milena.metadata.TopicId;
import dev.milena.metadata.codec.CommandCodec;
import dev.milena.metadata.codec.EntryCodec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.pcollections.TreePMap;

/**
 * An ordered log that agrees with itself, in the place of Ratis, with real members' replicas below
 * it. Knows the image at every index: the truth that followers are measured by.
 */
public final class TestQuorum {
  /** Who asks, where it does not matter. */
  public static final CommandOrigin ORIGIN = new CommandOrigin("alice", "", "a test");

  private final List<ByteBuffer> entries = new ArrayList<>();
  private final ConcurrentHashMap<Long, ClusterImage> images = new ConcurrentHashMap<>();
  private MetadataState state = MetadataState.EMPTY;
  private final List<TestMember> members = new CopyOnWriteArrayList<>();
  private volatile OptionalInt leader = OptionalInt.of(1);

  /** How often each request id was decided; more than once is a fault. */
  private int decisions;

  /** Appends a command; every member that is not held back applies it before this returns. */
  public QuorumAnswer append(SubmittedCommand submitted) {
    synchronized (this) {
      long index = entries.size();
      CommandStamp stamp =
          new CommandStamp(1_700_000_000_000L + index, new TopicId(1, index + 1), 31 * index);
      MetadataState.Step step = state.step(new EntryPlace(1, index), submitted, stamp);
      byte[] content = CommandCodec.encode(submitted);
      add(ByteBuffer.wrap(join(EntryCodec.head(stamp), content)), step.state());
      decisions += step.records().isEmpty() ? 0 : 1;
      members.forEach(TestMember::catchUp);
      return step.answer();
    }
  }

  /** Appends a command that nobody may send again. */
  public QuorumAnswer append(MetadataCommand command) {
    return append(new SubmittedCommand(RequestId.NONE, ORIGIN, command));
  }

  /** Appends an entry that changes nothing, as a read barrier does. */
  public synchronized long appendBarrier() {
    add(ByteBuffer.wrap(EntryCodec.head(new CommandStamp(1, new TopicId(1, 1), 1))), state);
    members.forEach(TestMember::catchUp);
    return lastIndex();
  }

  /** Many small changes of topics, some of them refused, some entries barriers. */
  public void appendTopics(int from, int count) {
    for (int i = from; i < from + count; i++) {
      if (i % 7 == 3) {
        appendBarrier();
      }
      append(createTopic("topic-" + i, 1 + i % 3));
      if (i % 3 == 2) {
        append(new MetadataCommand.DeleteTopic("topic-" + (i - 1), TopicId.NONE));
      }
    }
  }

  /** A broker that is up. */
  public void bringUpBroker(int id, String host, int port) {
    append(registerBroker(id, host, port));
    append(
        new MetadataCommand.UnfenceBroker(id, image(lastIndex()).broker(id).get().brokerEpoch()));
  }

  /** A registration of the run of this number. */
  public static MetadataCommand registerBroker(int id, String host, int port) {
    return new MetadataCommand.RegisterBroker(
        id, host, port, "", new IncarnationId(7, id), IncarnationId.NONE);
  }

  /** A topic on any one broker. */
  public static MetadataCommand createTopic(String name, int partitions) {
    return new MetadataCommand.CreateTopic(
        name, partitions, new ReplicaPlan.Factor(1), TreePMap.empty(), 0);
  }

  private void add(ByteBuffer entry, MetadataState after) {
    images.put((long) entries.size(), after.image());
    entries.add(entry);
    state = after;
  }

  private static byte[] join(byte[] head, byte[] rest) {
    return ByteBuffer.allocate(head.length + rest.length).put(head).put(rest).array();
  }

  synchronized void join(TestMember member) {
    members.add(member);
    member.catchUp();
  }

  synchronized void leave(TestMember member) {
    members.remove(member);
  }

  /** An entry as it is in the log. */
  public synchronized ByteBuffer entry(long index) {
    return entries.get((int) index).duplicate();
  }

  /** Of the last entry; -1 when there is none. */
  public synchronized long lastIndex() {
    return entries.size() - 1L;
  }

  /** How many commands changed something. */
  public synchronized int decisions() {
    return decisions;
  }

  /** The image at an index; takes no lock, for followers that are told under one. */
  public ClusterImage image(long index) {
    return index < 0 ? ClusterImage.EMPTY : Objects.requireNonNull(images.get(index));
  }

  /** Who leads, as far as members know. */
  public OptionalInt leader() {
    return leader;
  }

  /** Another node leads from now on, or none. */
  public void leaderIs(OptionalInt nodeId) {
    leader = nodeId;
  }
}
