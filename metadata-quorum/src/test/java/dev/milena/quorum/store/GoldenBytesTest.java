package dev.milena.quorum.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.metadata.BrokerDescription;
import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.BrokerStanding;
import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.CommandStamp;
import dev.milena.metadata.DirectoryId;
import dev.milena.metadata.EntryPlace;
import dev.milena.metadata.ImageDelta;
import dev.milena.metadata.IncarnationId;
import dev.milena.metadata.JournalPlace;
import dev.milena.metadata.JournalStep;
import dev.milena.metadata.Leadership;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataRecord;
import dev.milena.metadata.MetadataState;
import dev.milena.metadata.PartitionImage;
import dev.milena.metadata.Reassignment;
import dev.milena.metadata.ReplicaPlan;
import dev.milena.metadata.RequestId;
import dev.milena.metadata.SubmittedCommand;
import dev.milena.metadata.TopicId;
import dev.milena.metadata.VoterImage;
import dev.milena.metadata.VotersImage;
import dev.milena.metadata.codec.CommandCodec;
import dev.milena.metadata.codec.EntryCodec;
import dev.milena.metadata.codec.RecordCodec;
import dev.milena.metadata.codec.RowChange;
import dev.milena.metadata.codec.RowCodec;
import dev.milena.metadata.codec.RowHash;
import dev.milena.metadata.codec.RowReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.pcollections.TreePMap;

/**
 * The examples of docs/FORMAT-QUORUM.md are what this release writes, and it reads them. When this
 * fails, a format has changed: old logs must still be read and decided alike.
 */
class GoldenBytesTest {
  private static final SubmittedCommand SUBMITTED =
      new SubmittedCommand(
          new RequestId(0x1112131415161718L, 0x191a1b1c1d1e1f10L),
          new CommandOrigin("alice", "10.0.0.7:51234", "kafkactl topics --create"),
          new MetadataCommand.CreateTopic(
              "pay",
              2,
              new ReplicaPlan.Factor(1),
              TreePMap.singleton("retention.ms", "3600000"),
              0));
  private static final CommandStamp STAMP =
      new CommandStamp(
          1_782_000_000_000L, new TopicId(0x2122232425262728L, 0x292a2b2c2d2e2f20L), 5);

  private final String document = document();

  @Test
  void anEntryOfTheLogIsTheExample() {
    byte[] head = EntryCodec.head(STAMP);
    byte[] submission = CommandCodec.encode(SUBMITTED);
    byte[] entry =
        ByteBuffer.allocate(head.length + submission.length).put(head).put(submission).array();

    assertEquals(hex("entry"), HexFormat.of().formatHex(entry));
    assertEquals(
        new EntryCodec.Entry.Command(STAMP, SUBMITTED),
        EntryCodec.decode(ByteBuffer.wrap(bytes("entry"))));
  }

  @Test
  void theRowsOfTheEntryAreTheExample() throws Exception {
    MetadataState before = cluster();
    MetadataState.Step step = before.step(new EntryPlace(2, 7), SUBMITTED, STAMP);
    List<String> rows = new ArrayList<>();
    for (RowChange change : RowCodec.changes(before, step.state(), step.delta())) {
      rows.add(
          HexFormat.of().formatHex(change.key())
              + " "
              + HexFormat.of().formatHex(change.after().orElseThrow()));
    }

    assertEquals(String.join("\n", rows), block("rows"));
  }

  @Test
  void aBrokersRowIsTheExample() throws Exception {
    DirectoryId directory = new DirectoryId(0x7172737475767778L, 0x797a7b7c7d7e7f70L);
    IncarnationId run = new IncarnationId(0x5152535455565758L, 0x595a5b5c5d5e5f60L);
    BrokerImage broker =
        new BrokerImage(
            3,
            new BrokerDescription("h3", 9092, "a", "h3:9093", "0.1.0", false),
            run,
            "h".repeat(43),
            TreePMap.singleton(directory, run),
            new BrokerStanding(false, false, 1_781_999_999_998L, 1_782_000_000_000L),
            2);

    assertRowIsTheExample("broker", new MetadataRecord.BrokerRegistered(broker));
  }

  @Test
  void aPartitionsRowDuringAReassignmentIsTheExample() throws Exception {
    PartitionImage moving =
        new PartitionImage(
            1,
            new Leadership(1, 4),
            9,
            List.of(3, 2, 1),
            List.of(2, 1),
            List.of(),
            new Reassignment(List.of(1, 2), List.of(3, 2)));

    assertRowIsTheExample("moving", new MetadataRecord.PartitionChanged(STAMP.freshId(), moving));
  }

  @Test
  void aPartitionsRowWithALastKnownLeaderIsTheExample() throws Exception {
    PartitionImage leaderless =
        new PartitionImage(
            0,
            new Leadership(PartitionImage.NO_LEADER, 4, 1),
            7,
            List.of(1),
            List.of(),
            List.of(),
            Reassignment.NONE);

    assertRowIsTheExample(
        "last known", new MetadataRecord.PartitionChanged(STAMP.freshId(), leaderless));
  }

  @Test
  void theVotersRowIsTheExample() throws Exception {
    List<VoterImage> voters =
        List.of(
            new VoterImage(1, "kRb3Uy_0Q7eW8Wc8uX2q5A", "m1.example", 9093),
            new VoterImage(2, "a3Jm-2xJSnyTqCj0v8Wl4g", "m2.example", 9093));

    assertRowIsTheExample(
        "voters", new MetadataRecord.VotersNoted(new VotersImage(300, voters), voters, List.of()));
  }

  /** The row that the record writes is the example, and reading the example gives the record. */
  private void assertRowIsTheExample(String name, MetadataRecord written) throws Exception {
    MetadataState before = cluster().step(new EntryPlace(2, 7), SUBMITTED, STAMP).state();
    ClusterImage.Folded folded = before.image().with(List.of(written));
    MetadataState after = new MetadataState(folded.image(), before.answered(), before.timeMs());
    List<RowChange> rows =
        RowCodec.changes(before, after, folded.delta()).stream()
            .filter(row -> hex(name).startsWith(HexFormat.of().formatHex(row.key())))
            .toList();

    assertEquals(1, rows.size());
    assertEquals(
        hex(name),
        HexFormat.of().formatHex(rows.getFirst().key())
            + HexFormat.of().formatHex(rows.getFirst().after().orElseThrow()));
    assertEquals(after.image(), reread(MetadataState.EMPTY, after).image());
  }

  private static MetadataState reread(MetadataState empty, MetadataState state) throws Exception {
    RowReader reader = new RowReader();
    TreeMap<byte[], byte[]> rows = new TreeMap<>(Arrays::compareUnsigned);
    for (RowChange row :
        RowCodec.changes(empty, state, ImageDelta.between(empty.image(), state.image()))) {
      rows.put(row.key(), row.after().orElseThrow());
    }
    for (var row : rows.entrySet()) {
      reader.add(row.getKey(), row.getValue());
    }
    return reader.state();
  }

  @Test
  void theRowsOfTheExampleAreAStateWhoseHashIsTheirSum() throws Exception {
    RowReader reader = new RowReader();
    long sum = 0;
    for (String line : block("rows").lines().toList()) {
      String[] row = line.split(" ", -1);
      byte[] key = HexFormat.of().parseHex(row[0]);
      byte[] value = HexFormat.of().parseHex(row[1]);
      reader.add(key, value);
      sum += RowHash.of(value, RowHash.of(key, 0));
    }

    assertEquals(2, reader.state().image().topic("pay").orElseThrow().partitionCount());
    assertEquals(sum, reader.hash());
    assertTrue(
        document.contains("`" + HexFormat.of().toHexDigits(sum) + "`"),
        HexFormat.of().toHexDigits(sum));
  }

  @Test
  void theStepOfTheEntryIsTheExample() throws Exception {
    MetadataState.Step step = cluster().step(new EntryPlace(2, 7), SUBMITTED, STAMP);
    JournalStep written =
        RecordCodec.chain(
                new JournalStep(
                    new JournalPlace(2, 7, 5),
                    step.state().timeMs(),
                    SUBMITTED.requestId(),
                    SUBMITTED.origin(),
                    step.records(),
                    0),
                0x0102030405060708L)
            .step();

    assertEquals(hex("step"), HexFormat.of().formatHex(RecordCodec.write(written)));
    assertEquals(written, RecordCodec.read(bytes("step")));
    assertTrue(RecordCodec.follows(RecordCodec.read(bytes("step")), 0x0102030405060708L));
  }

  @Test
  void theHeadOfTheStoreIsTheExample() throws Exception {
    StoreHead head = new StoreHead(2, 7, 0x3132333435363738L, 0x4142434445464748L, 7, -1, 345);

    assertEquals(hex("head"), HexFormat.of().formatHex(head.write()));
    assertEquals(head, StoreHead.read(bytes("head")));
  }

  @Test
  void theManifestIsTheExample() throws Exception {
    SnapshotManifest manifest =
        new SnapshotManifest(
            2,
            7,
            0x3132333435363738L,
            0x4142434445464748L,
            List.of(
                new SnapshotManifest.Part("000009.sst", 1_318, 0x0badcafe),
                new SnapshotManifest.Part("CURRENT", 16, 0x12345678)));

    assertEquals(block("manifest") + "\n", manifest.write());
    assertEquals(manifest, SnapshotManifest.read(block("manifest") + "\n"));
  }

  @Test
  void anyChangeOfTheManifestIsSeen() throws Exception {
    String text = block("manifest") + "\n";
    for (int i = 0; i < text.length(); i++) {
      String changed = text.substring(0, i) + (char) (text.charAt(i) ^ 1) + text.substring(i + 1);
      assertRefused(changed);
    }
    assertRefused("");
    assertRefused(text.substring(0, text.length() - 1));
    assertRefused(text + "\n");
  }

  private static void assertRefused(String text) {
    try {
      SnapshotManifest.read(text);
    } catch (StoreFailure expected) {
      return;
    }
    throw new AssertionError("read as a manifest: " + text);
  }

  private static MetadataState cluster() {
    MetadataCommand.RegisterBroker register =
        new MetadataCommand.RegisterBroker(
            1, "h1", 9092, "", new IncarnationId(1, 1), IncarnationId.NONE);
    MetadataState registered = step(MetadataState.EMPTY, 3, register);
    return step(registered, 5, new MetadataCommand.UnfenceBroker(1, 0));
  }

  private static MetadataState step(MetadataState state, long index, MetadataCommand command) {
    SubmittedCommand submitted =
        new SubmittedCommand(RequestId.NONE, CommandOrigin.ofBroker(1), command);
    return state
        .step(new EntryPlace(2, index), submitted, new CommandStamp(1, new TopicId(1, 1), 1))
        .state();
  }

  private byte[] bytes(String name) {
    return HexFormat.of().parseHex(hex(name));
  }

  private String hex(String name) {
    // the part of a line after # is for people
    return block(name).replaceAll("#.*", "").replaceAll("\\s", "");
  }

  private String block(String name) {
    Matcher block =
        Pattern.compile("<!-- example: " + name + " -->\n```[a-z]*\n(.*?)\n```", Pattern.DOTALL)
            .matcher(document);
    assertTrue(block.find(), "no example named " + name);
    return block.group(1);
  }

  private static String document() {
    try {
      return Files.readString(Path.of("..", "docs", "FORMAT-QUORUM.md"));
    } catch (IOException missing) {
      throw new AssertionError("docs/FORMAT-QUORUM.md", missing);
    }
  }
}
