package dev.milena.metadata.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.milena.metadata.ClusterScript;
import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.CommandStamp;
import dev.milena.metadata.DirectoryId;
import dev.milena.metadata.EntryPlace;
import dev.milena.metadata.IncarnationId;
import dev.milena.metadata.JournalPlace;
import dev.milena.metadata.JournalStep;
import dev.milena.metadata.Leadership;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataRecord;
import dev.milena.metadata.MetadataState;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.PartitionImage;
import dev.milena.metadata.PresentedDirectory;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.RandomCommands;
import dev.milena.metadata.Reassignment;
import dev.milena.metadata.ReplicaPlan;
import dev.milena.metadata.RequestId;
import dev.milena.metadata.SubmittedCommand;
import dev.milena.metadata.TopicId;
import dev.milena.metadata.VoterImage;
import dev.milena.proto.peer.v1.Command;
import dev.milena.proto.peer.v1.Submission;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.pcollections.TreePMap;

class CodecTest {
  private static final CommandOrigin ORIGIN = new CommandOrigin("alice", "10.0.0.1:5", "test");

  @Test
  void commandsComeBackAsTheyWere() {
    for (long seed = 1; seed <= 20; seed++) {
      RandomCommands commands = new RandomCommands(seed);
      ClusterScript cluster = new ClusterScript();
      for (int i = 0; i < 100; i++) {
        MetadataCommand command = commands.next(cluster.image());
        cluster.apply(command);
        comesBack(command);
      }
    }
    comesBack(
        new MetadataCommand.CreateTopic(
            "t",
            2,
            new ReplicaPlan.Assigned(List.of(List.of(1, 2), List.of(2, 3))),
            TreePMap.singleton("a", "b"),
            2));
    comesBack(new MetadataCommand.DeleteTopic("t", new TopicId(3, 4)));
    comesBack(
        ClusterScript.registerInFull(
            4,
            9,
            List.of(
                new PresentedDirectory(new DirectoryId(1, 2), List.of(), true, List.of()),
                new PresentedDirectory(
                    new DirectoryId(0, 1),
                    List.of(new IncarnationId(1, 1), IncarnationId.NONE),
                    false,
                    List.of(new PartitionId(new TopicId(3, 1), 2)))),
            List.of(
                new PartitionId(new TopicId(1, 1), 5),
                new PartitionId(new TopicId(1, 1), 0),
                new PartitionId(new TopicId(2, 1), 7),
                new PartitionId(new TopicId(1, 1), 5))));
    comesBack(
        new MetadataCommand.NoteVoters(
            Long.MAX_VALUE,
            List.of(new VoterImage(2, "", "::1", 1), new VoterImage(1, "d", "", 0))));
    comesBack(new MetadataCommand.CheckStateHash(3_000, -4));
    comesBack(new MetadataCommand.Unreadable());
  }

  private static void comesBack(MetadataCommand command) {
    SubmittedCommand submitted = new SubmittedCommand(new RequestId(1, 2), ORIGIN, 77, command);
    assertEquals(submitted, CommandCodec.decode(ByteBuffer.wrap(CommandCodec.encode(submitted))));
  }

  @Test
  void stepsAndAnswersComeBackAsTheyWere() throws Exception {
    for (long seed = 1; seed <= 20; seed++) {
      RandomCommands commands = new RandomCommands(seed);
      ClusterScript cluster = new ClusterScript();
      long rolling = 0;
      for (int i = 1; i <= 100; i++) {
        MetadataState.Step step =
            cluster.step(ClusterScript.submitted(RequestId.NONE, commands.next(cluster.image())));
        RecordCodec.Chained chained =
            RecordCodec.chain(
                new JournalStep(
                    new JournalPlace(3, i, i - 2),
                    7L * i,
                    new RequestId(1, i),
                    ORIGIN,
                    step.records(),
                    0),
                rolling);
        JournalStep written = chained.step();

        JournalStep read = RecordCodec.read(RecordCodec.write(written));

        assertArrayEquals(RecordCodec.write(written), chained.bytes());

        assertEquals(written, read);
        assertTrue(RecordCodec.follows(read, rolling));
        assertTrue(!RecordCodec.follows(read, rolling + 1));
        rolling = written.rollingHash();
        assertEquals(
            step.answer(), AnswerCodec.decode(ByteBuffer.wrap(AnswerCodec.encode(step.answer()))));
      }
    }
  }

  @Test
  void aReassignmentComesBackAsItWas() throws Exception {
    PartitionImage moving =
        new PartitionImage(
            3,
            new Leadership(PartitionImage.NO_LEADER, 7),
            9,
            List.of(4, 5, 1),
            List.of(1),
            List.of(5),
            new Reassignment(List.of(1, 5), List.of(4, 5)));
    MetadataRecord changed = new MetadataRecord.PartitionChanged(new TopicId(1, 2), moving);
    JournalStep step =
        new JournalStep(new JournalPlace(1, 2, 1), 3, RequestId.NONE, ORIGIN, List.of(changed), 0);

    assertEquals(step, RecordCodec.read(RecordCodec.write(step)));
  }

  @Test
  void aLastKnownLeaderComesBackAsItWas() throws Exception {
    for (int last : new int[] {0, 1, 7_000}) {
      PartitionImage leaderless =
          new PartitionImage(
              3,
              new Leadership(PartitionImage.NO_LEADER, 7, last),
              9,
              List.of(last, 5),
              List.of(),
              List.of(),
              Reassignment.NONE);
      MetadataRecord changed = new MetadataRecord.PartitionChanged(new TopicId(1, 2), leaderless);
      JournalStep step =
          new JournalStep(
              new JournalPlace(1, 2, 1), 3, RequestId.NONE, ORIGIN, List.of(changed), 0);

      assertEquals(step, RecordCodec.read(RecordCodec.write(step)));
    }
  }

  @Test
  void rowsGiveTheStateBackAtEveryStep() throws Exception {
    for (long seed = 1; seed <= 10; seed++) {
      RandomCommands commands = new RandomCommands(seed);
      ClusterScript cluster = new ClusterScript();
      TreeMap<byte[], byte[]> rows = new TreeMap<>(Arrays::compareUnsigned);
      long hash = put(rows, RowCodec.firstRow());
      for (int i = 1; i <= 100; i++) {
        MetadataState before = cluster.state();
        MetadataState.Step step =
            cluster.step(
                ClusterScript.submitted(new RequestId(1, i % 30), commands.next(cluster.image())));
        for (RowChange change : RowCodec.changes(before, step.state(), step.delta())) {
          hash += put(rows, change);
        }

        RowReader reader = new RowReader();
        for (var row : rows.entrySet()) {
          reader.add(row.getKey(), row.getValue());
        }
        assertEquals(step.state(), reader.state(), "seed " + seed + " step " + i);
        assertEquals(hash, reader.hash(), "seed " + seed + " step " + i);
      }
    }
  }

  private static long put(Map<byte[], byte[]> rows, RowChange change) {
    change
        .after()
        .ifPresentOrElse(value -> rows.put(change.key(), value), () -> rows.remove(change.key()));
    return change.hashDifference();
  }

  @Test
  void answeredRequestsThatAreForgottenLoseTheirRows() {
    ClusterScript cluster = ClusterScript.withBrokers(1);
    TreeMap<byte[], byte[]> rows = new TreeMap<>(Arrays::compareUnsigned);
    put(rows, RowCodec.firstRow());
    MetadataState state = cluster.state();
    long timeMs = 10_000;
    for (int i = 1; i <= 5; i++) {
      timeMs += 400_000;
      MetadataState.Step step =
          state.step(
              new EntryPlace(1, 100 + i),
              ClusterScript.submitted(
                  new RequestId(9, i),
                  new MetadataCommand.AlterTopic("none", -1, TreePMap.empty(), List.of())),
              new CommandStamp(timeMs, new TopicId(1, 1), 1));
      assertInstanceOf(QuorumAnswer.Refused.class, step.answer());
      MetadataState.Step accepted =
          step.state()
              .step(
                  new EntryPlace(1, 200 + i),
                  ClusterScript.submitted(
                      new RequestId(8, i), ClusterScript.createTopic("t" + i, 1, 1)),
                  new CommandStamp(timeMs, new TopicId(2, i), 1));
      RowCodec.changes(state, accepted.state(), accepted.delta()).forEach(c -> put(rows, c));
      state = accepted.state();
    }

    long kept = rows.keySet().stream().filter(key -> key[0] == RowCodec.ANSWERED).count();
    assertEquals(2, kept);
    assertEquals(2, state.answered().byIndex().size());
  }

  @Test
  void aCommandOfANewerReleaseIsUnreadable() {
    Submission known =
        Submission.newBuilder()
            .setVersion(CommandCodec.VERSION)
            .setCommand(
                Command.newBuilder()
                    .setDeleteTopic(
                        dev.milena.proto.peer.v1.DeleteTopicCommand.newBuilder().setName("t")))
            .build();
    UnknownFieldSet newField =
        UnknownFieldSet.newBuilder()
            .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
            .build();
    List<Submission> newer =
        List.of(
            known.toBuilder().setVersion(2).build(),
            known.toBuilder().setUnknownFields(newField).build(),
            known.toBuilder().setCommand(Command.newBuilder().setUnknownFields(newField)).build(),
            known.toBuilder()
                .setCommand(
                    known.getCommand().toBuilder()
                        .setDeleteTopic(
                            known.getCommand().getDeleteTopic().toBuilder()
                                .setUnknownFields(newField)))
                .build(),
            known.toBuilder().setRequestId(ByteString.copyFrom(new byte[15])).build(),
            known.toBuilder().clearCommand().build());

    assertInstanceOf(
        MetadataCommand.DeleteTopic.class,
        CommandCodec.decode(known.toByteString().asReadOnlyByteBuffer()).command());
    for (Submission submission : newer) {
      assertInstanceOf(
          MetadataCommand.Unreadable.class,
          CommandCodec.decode(submission.toByteString().asReadOnlyByteBuffer()).command(),
          submission.toString());
    }
  }

  @Test
  void anyBytesAreACommandOrUnreadable() {
    SplittableRandom random = new SplittableRandom(7);
    byte[] good =
        CommandCodec.encode(
            new SubmittedCommand(
                new RequestId(1, 2), ORIGIN, ClusterScript.createTopic("topic", 3, 2)));
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = Arrays.copyOf(good, random.nextInt(good.length + 1));
      for (int flips = random.nextInt(4); flips > 0 && bytes.length > 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      SubmittedCommand decoded = CommandCodec.decode(ByteBuffer.wrap(bytes));
      ClusterScript.withBrokers(1).step(decoded);
    }
  }

  @Test
  void entriesKeepTheirStamp() {
    CommandStamp stamp = new CommandStamp(Long.MIN_VALUE, new TopicId(3, 4), -5);
    SubmittedCommand submitted =
        new SubmittedCommand(RequestId.NONE, ORIGIN, ClusterScript.createTopic("t", 1, 1));
    byte[] content = CommandCodec.encode(submitted);
    ByteBuffer entry =
        ByteBuffer.allocate(EntryCodec.HEAD_BYTES + content.length)
            .put(EntryCodec.head(stamp))
            .put(content)
            .flip();

    assertEquals(new EntryCodec.Entry.Command(stamp, submitted), EntryCodec.decode(entry));
    assertEquals(
        new EntryCodec.Entry.Barrier(), EntryCodec.decode(ByteBuffer.wrap(EntryCodec.head(stamp))));
  }

  @Test
  void entriesThatAreNoneAreUnreadableCommands() {
    for (byte[] bytes : List.of(new byte[0], new byte[] {1, 2, 3}, new byte[100])) {
      EntryCodec.Entry.Command command =
          assertInstanceOf(
              EntryCodec.Entry.Command.class, EntryCodec.decode(ByteBuffer.wrap(bytes)));
      assertEquals(new MetadataCommand.Unreadable(), command.submitted().command());
    }
  }

  @Test
  void whatComesFromOutsideIsReadWithoutPartsThatNobodyKnows() {
    SubmittedCommand known =
        new SubmittedCommand(new RequestId(1, 2), ORIGIN, 7, new MetadataCommand.FenceBroker(3, 4));
    byte[] bytes = CommandCodec.encode(known);
    assertEquals(known, CommandCodec.decodeFromOutside(ByteBuffer.wrap(bytes)));

    byte[] withUnknown = Arrays.copyOf(bytes, bytes.length + 3);
    withUnknown[bytes.length] = (byte) 0xa0; // field 100, a number
    withUnknown[bytes.length + 1] = 0x06;
    withUnknown[bytes.length + 2] = 1;
    byte[] twice = Arrays.copyOf(bytes, 2 * bytes.length);
    System.arraycopy(bytes, 0, twice, bytes.length, bytes.length);
    for (byte[] odd : List.of(withUnknown, twice, new byte[0], new byte[] {1, 2, 3})) {
      assertEquals(
          new MetadataCommand.Unreadable(),
          CommandCodec.decodeFromOutside(ByteBuffer.wrap(odd)).command());
    }
  }

  @Test
  void damagedRowsAndStepsAreTold() {
    assertThrows(UnreadableMetadata.class, () -> RecordCodec.read(new byte[] {1, 2, 3}));
    assertThrows(UnreadableMetadata.class, () -> RecordCodec.read(new byte[0]));
    assertThrows(UnreadableMetadata.class, () -> new RowReader().add(new byte[] {9}, new byte[0]));
    assertThrows(
        UnreadableMetadata.class, () -> new RowReader().add(new byte[] {1}, new byte[] {5}));
    assertThrows(
        UnreadableMetadata.class, () -> AnswerCodec.decode(ByteBuffer.wrap(new byte[] {5})));
  }

  @Test
  void aPartitionRowThatIsMissingIsTold() throws Exception {
    ClusterScript cluster =
        ClusterScript.withBrokers(1).accept(ClusterScript.createTopic("t", 3, 1));
    RowReader reader = new RowReader();
    reader.add(RowCodec.firstRow().key(), RowCodec.firstRow().after().orElseThrow());
    MetadataState.Step step =
        cluster.step(ClusterScript.submitted(RequestId.NONE, ClusterScript.createTopic("u", 3, 1)));
    MetadataState before =
        new MetadataState(ClusterScript.withBrokers(1).image(), cluster.state().answered(), 0);
    List<RowChange> rows = RowCodec.changes(before, step.state(), step.delta());
    for (RowChange row : rows.subList(0, rows.size() - 1)) {
      reader.add(row.key(), row.after().orElseThrow());
    }

    assertThrows(UnreadableMetadata.class, reader::state);
  }

  /** The sanity checks of the reference implementation: lengths on every path, with its buffer. */
  @Test
  void hashesAreThoseOfTheReferenceImplementation() {
    long prime32 = 2_654_435_761L;
    byte[] buffer = new byte[222];
    long generator = prime32;
    for (int i = 0; i < buffer.length; i++) {
      buffer[i] = (byte) (generator >>> 56);
      generator *= 0x9E3779B185EBCA8DL;
    }

    assertEquals(0xEF46DB3751D8E999L, RowHash.of(new byte[0], 0));
    assertEquals(0xE934A84ADB052768L, RowHash.of(Arrays.copyOf(buffer, 1), 0));
    assertEquals(0x8282DCC4994E35C8L, RowHash.of(Arrays.copyOf(buffer, 14), 0));
    assertEquals(0xB641AE8CB691C174L, RowHash.of(buffer, 0));
    assertEquals(0x20CB8AB7AE10C14AL, RowHash.of(buffer, prime32));
  }
}
