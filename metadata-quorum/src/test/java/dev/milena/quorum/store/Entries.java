package dev.milena.quorum.store;

import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.CommandStamp;
import dev.milena.metadata.IncarnationId;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.ReplicaPlan;
import dev.milena.metadata.RequestId;
import dev.milena.metadata.SubmittedCommand;
import dev.milena.metadata.TopicId;
import dev.milena.metadata.codec.CommandCodec;
import dev.milena.metadata.codec.EntryCodec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.pcollections.TreePMap;

/** Entries of a quorum's log, as its leader would have written them. */
final class Entries {
  private static final CommandOrigin ORIGIN = new CommandOrigin("alice", "10.0.0.1:5", "a test");

  private Entries() {}

  static ByteBuffer entry(long number, MetadataCommand command) {
    return entryOnlyInTerm(SubmittedCommand.ANY_TERM, number, command);
  }

  static ByteBuffer entryOnlyInTerm(long term, long number, MetadataCommand command) {
    byte[] head =
        EntryCodec.head(
            new CommandStamp(1_700_000_000_000L + number, new TopicId(1, number), 31 * number));
    byte[] content =
        CommandCodec.encode(new SubmittedCommand(new RequestId(2, number), ORIGIN, term, command));
    return ByteBuffer.allocate(head.length + content.length).put(head).put(content).flip();
  }

  static ByteBuffer barrier() {
    return ByteBuffer.wrap(EntryCodec.head(new CommandStamp(1, new TopicId(1, 1), 1)));
  }

  static MetadataCommand createTopic(String name, int partitions) {
    return new MetadataCommand.CreateTopic(
        name, partitions, new ReplicaPlan.Factor(1), TreePMap.empty(), 0);
  }

  /** A broker that comes up, then topics that come, change and go; many are refused. */
  static List<ByteBuffer> script(long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    List<ByteBuffer> entries = new ArrayList<>();
    entries.add(
        entry(
            1,
            new MetadataCommand.RegisterBroker(
                1, "h", 9092, "", new IncarnationId(1, 1), IncarnationId.NONE)));
    entries.add(entry(2, new MetadataCommand.UnfenceBroker(1, 0)));
    for (int i = 3; i <= count; i++) {
      String name = "t" + random.nextInt(12);
      entries.add(
          switch (random.nextInt(6)) {
            case 0, 1 -> entry(i, createTopic(name, 1 + random.nextInt(8)));
            case 2 -> entry(i, new MetadataCommand.DeleteTopic(name, TopicId.NONE));
            case 3 -> barrier();
            case 4 -> ByteBuffer.wrap(new byte[] {9, 9});
            default ->
                entry(
                    i,
                    new MetadataCommand.AlterTopic(
                        name,
                        MetadataCommand.AlterTopic.UNCHANGED,
                        TreePMap.singleton("retention.ms", Integer.toString(random.nextInt(3))),
                        List.of()));
          });
    }
    return entries;
  }
}
