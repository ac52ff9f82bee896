package dev.milena.metadata.codec;

import dev.milena.metadata.CommandStamp;
import dev.milena.metadata.SubmittedCommand;
import dev.milena.metadata.TopicId;
import java.nio.ByteBuffer;

/**
 * An entry of the quorum's log: a version byte, the leader's stamp, and the submission as it came.
 *
 * <p>The stamp is put in front without reading the submission, because the leader stamps on the way
 * in, on many threads. An entry whose submission is empty is a barrier: it changes nothing, and
 * whoever sees it applied has seen all that was agreed before it.
 */
public final class EntryCodec {
  /** Bytes in front of the submission: version 1, time 8, id 16, seed 8. */
  public static final int HEAD_BYTES = 33;

  private static final byte VERSION = 1;

  private EntryCodec() {}

  /** What an entry says. */
  public sealed interface Entry {
    record Command(CommandStamp stamp, SubmittedCommand submitted) implements Entry {}

    /** Nothing. */
    record Barrier() implements Entry {}
  }

  /** The head of an entry, to be followed by the submission; a new array. */
  public static byte[] head(CommandStamp stamp) {
    return ByteBuffer.allocate(HEAD_BYTES)
        .put(VERSION)
        .putLong(stamp.timeMs())
        .putLong(stamp.freshId().high())
        .putLong(stamp.freshId().low())
        .putLong(stamp.seed())
        .array();
  }

  /**
   * Reads an entry. Never fails: one of another version, or too short to be one, is a command that
   * will be refused, alike on every member.
   */
  public static Entry decode(ByteBuffer entry) {
    ByteBuffer bytes = entry.duplicate();
    if (bytes.remaining() < HEAD_BYTES || bytes.get() != VERSION) {
      return new Entry.Command(
          new CommandStamp(0, TopicId.NONE, 0), CommandCodec.decode(ByteBuffer.allocate(0)));
    }
    CommandStamp stamp =
        new CommandStamp(
            bytes.getLong(), new TopicId(bytes.getLong(), bytes.getLong()), bytes.getLong());
    return bytes.hasRemaining()
        ? new Entry.Command(stamp, CommandCodec.decode(bytes))
        : new Entry.Barrier();
  }
}
