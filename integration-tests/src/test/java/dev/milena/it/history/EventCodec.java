package dev.milena.it.history;

import dev.milena.it.history.Event.Value;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/** Events as bytes: a tag, then the fields in their order. */
final class EventCodec {
  private static final int SENT = 1;
  private static final int ACKED = 2;
  private static final int REFUSED = 3;
  private static final int UNKNOWN = 4;
  private static final int POLLED = 5;
  private static final int FOUND = 6;
  private static final int DAMAGED = 7;
  private static final int END_SEEN = 8;
  private static final int READING_ENDED = 9;
  private static final int STORED = 10;

  private EventCodec() {}

  static void write(Event event, DataOutputStream to) throws IOException {
    switch (event) {
      case Event.Sent(Value value, long atMs) -> {
        write(SENT, value, to);
        to.writeLong(atMs);
      }
      case Event.Acked(Value value, long offset, long sentMs, long atMs) -> {
        write(ACKED, value, to);
        to.writeLong(offset);
        to.writeLong(sentMs);
        to.writeLong(atMs);
      }
      case Event.Refused(Value value, long atMs) -> {
        write(REFUSED, value, to);
        to.writeLong(atMs);
      }
      case Event.Unknown(Value value, long atMs) -> {
        write(UNKNOWN, value, to);
        to.writeLong(atMs);
      }
      case Event.Polled(int consumer, long offset, Value value) -> {
        write(POLLED, value, to);
        to.writeInt(consumer);
        to.writeLong(offset);
      }
      case Event.Found(long offset, Value value) -> {
        write(FOUND, value, to);
        to.writeLong(offset);
      }
      case Event.Damaged(String reader, int partition, long offset, String why) -> {
        to.writeByte(DAMAGED);
        to.writeUTF(reader);
        to.writeInt(partition);
        to.writeLong(offset);
        to.writeUTF(why);
      }
      case Event.EndSeen(int consumer, int partition, long end, boolean asked) -> {
        to.writeByte(END_SEEN);
        to.writeInt(consumer);
        to.writeInt(partition);
        to.writeLong(end);
        to.writeBoolean(asked);
      }
      case Event.ReadingEnded(int consumer, int partition, long offset, String reason) -> {
        to.writeByte(READING_ENDED);
        to.writeInt(consumer);
        to.writeInt(partition);
        to.writeLong(offset);
        to.writeUTF(reason);
      }
      case Event.Stored(int node, long offset, Value value, int epoch, int print) -> {
        write(STORED, value, to);
        to.writeInt(node);
        to.writeLong(offset);
        to.writeInt(epoch);
        to.writeInt(print);
      }
    }
  }

  private static void write(int tag, Value value, DataOutputStream to) throws IOException {
    to.writeByte(tag);
    to.writeInt(value.partition());
    to.writeInt(value.producer());
    to.writeLong(value.sequence());
  }

  /**
   * Reads the event that begins with a tag.
   *
   * @throws IOException when it ends in the middle, or is none
   */
  static Event read(int tag, DataInputStream from) throws IOException {
    return switch (tag) {
      case SENT -> new Event.Sent(value(from), from.readLong());
      case ACKED -> new Event.Acked(value(from), from.readLong(), from.readLong(), from.readLong());
      case REFUSED -> new Event.Refused(value(from), from.readLong());
      case UNKNOWN -> new Event.Unknown(value(from), from.readLong());
      case POLLED -> {
        Value value = value(from);
        yield new Event.Polled(from.readInt(), from.readLong(), value);
      }
      case FOUND -> {
        Value value = value(from);
        yield new Event.Found(from.readLong(), value);
      }
      case DAMAGED ->
          new Event.Damaged(from.readUTF(), from.readInt(), from.readLong(), from.readUTF());
      case END_SEEN ->
          new Event.EndSeen(from.readInt(), from.readInt(), from.readLong(), from.readBoolean());
      case READING_ENDED ->
          new Event.ReadingEnded(from.readInt(), from.readInt(), from.readLong(), from.readUTF());
      case STORED -> {
        Value value = value(from);
        yield new Event.Stored(
            from.readInt(), from.readLong(), value, from.readInt(), from.readInt());
      }
      default -> throw new IOException("no event begins with " + tag);
    };
  }

  private static Value value(DataInputStream from) throws IOException {
    return new Value(from.readInt(), from.readInt(), from.readLong());
  }
}
