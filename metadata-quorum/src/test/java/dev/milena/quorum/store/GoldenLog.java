package dev.milena.quorum.store;

import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.CommandStamp;
import dev.milena.metadata.EntryPlace;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataState;
import dev.milena.metadata.RequestId;
import dev.milena.metadata.SubmittedCommand;
import dev.milena.metadata.TopicId;
import dev.milena.metadata.codec.CommandCodec;
import dev.milena.metadata.codec.EntryCodec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A quorum's log as one release wrote it, a line of text for each entry: term, index and bytes.
 * Made of commands one after another; the state that they come to is kept along, because commands
 * name epochs.
 */
final class GoldenLog {
  private static final long FIRST_MS = 1_782_000_000_000L;

  private final SplittableRandom random;
  private final List<String> lines = new ArrayList<>();
  private MetadataState state = MetadataState.EMPTY;
  private long term = 1;
  private long index;
  private long requests;

  GoldenLog(long seed) {
    random = new SplittableRandom(seed);
  }

  /** One of its lines. */
  record Entry(long term, long index, ByteBuffer bytes) {
    static Entry of(String line) {
      String[] words = line.split(" ", -1);
      return new Entry(
          Long.parseLong(words[0]),
          Long.parseLong(words[1]),
          ByteBuffer.wrap(HexFormat.of().parseHex(words[2])));
    }
  }

  List<String> lines() {
    return lines;
  }

  ClusterImage image() {
    return state.image();
  }

  SplittableRandom random() {
    return random;
  }

  /** The index of the last entry. */
  long index() {
    return index;
  }

  BrokerImage broker(int id) {
    return image().broker(id).orElseThrow();
  }

  /** The next entries are another leader's. */
  GoldenLog term(long next) {
    term = next;
    return this;
  }

  /** An index without an entry of ours: Ratis put a change of the voters there. */
  GoldenLog gap() {
    index++;
    return this;
  }

  GoldenLog add(MetadataCommand command) {
    requests++;
    return add(new RequestId(7, requests), SubmittedCommand.ANY_TERM, command);
  }

  GoldenLog add(RequestId request, long onlyInTerm, MetadataCommand command) {
    CommandOrigin origin = new CommandOrigin("alice", "10.0.0.7:51234", "kafkactl");
    return add(CommandCodec.encode(new SubmittedCommand(request, origin, onlyInTerm, command)));
  }

  /** A submission of any bytes. */
  GoldenLog add(byte[] submission) {
    long jitterMs = random.nextInt(20) == 0 ? -5_000 : random.nextInt(400);
    byte[] head =
        EntryCodec.head(
            new CommandStamp(
                FIRST_MS + 1_000 * index + jitterMs,
                new TopicId(random.nextLong(), random.nextLong()),
                random.nextLong()));
    return addEntry(
        ByteBuffer.allocate(head.length + submission.length).put(head).put(submission).array());
  }

  /** An entry of any bytes. */
  GoldenLog addEntry(byte[] entry) {
    index++;
    lines.add(term + " " + index + " " + HexFormat.of().formatHex(entry));
    if (EntryCodec.decode(ByteBuffer.wrap(entry))
        instanceof EntryCodec.Entry.Command(CommandStamp stamp, SubmittedCommand submitted)) {
      state = state.step(new EntryPlace(term, index), submitted, stamp).state();
    }
    return this;
  }
}
