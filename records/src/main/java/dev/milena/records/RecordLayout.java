package dev.milena.records;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the parts of one record lie in a buffer. Found by one walk over the record, which trusts no
 * number in it; nothing is copied or allocated before a part is asked for.
 *
 * <pre>
 *   | attributes i8 | timestamp delta | offset delta | key | value | header count | headers |
 *   from                                                                                    to
 * </pre>
 *
 * <p>(In front of it stands its length, which the caller has read.) Key, value and a header's value
 * are a length and so many bytes; -1 is null. A header's name may not be null.
 */
@OwnedBy(Owner.CREATOR)
final class RecordLayout {
  /** What a key or value that is null has for a size. */
  static final int NULL_SIZE = -1;

  private final VarintReader reader = new VarintReader();
  private long timestampDelta;
  private int offsetDelta;
  private int keyAt;
  private int keySize;
  private int valueAt;
  private int valueSize;
  private int headersAt;
  private int headerCount;

  /** Finds the parts of the record that fills the bytes from one position to another. */
  RecordFault find(ByteBuffer buffer, int from, int to) {
    reader.open(buffer, from, to);
    reader.skip(1);
    timestampDelta = reader.readLong();
    offsetDelta = reader.readInt();
    keySize = reader.readSize();
    keyAt = reader.at();
    reader.skip(keySize);
    valueSize = reader.readSize();
    valueAt = reader.at();
    reader.skip(valueSize);
    headerCount = reader.readInt();
    headersAt = reader.at();
    findHeaders();
    return reader.fault();
  }

  long timestampDelta() {
    return timestampDelta;
  }

  int offsetDelta() {
    return offsetDelta;
  }

  int keySize() {
    return keySize;
  }

  int valueSize() {
    return valueSize;
  }

  ByteBuffer key() {
    return reader.view(keyAt, keySize);
  }

  ByteBuffer value() {
    return reader.view(valueAt, valueSize);
  }

  int headerCount() {
    return headerCount;
  }

  List<RecordHeader> headers() {
    if (headerCount == 0) {
      return List.of();
    }
    reader.moveTo(headersAt);
    List<RecordHeader> headers = new ArrayList<>(headerCount);
    for (int i = 0; i < headerCount; i++) {
      ByteBuffer name = readView(reader.readSize());
      int size = reader.readSize();
      headers.add(new RecordHeader(name, size == NULL_SIZE ? null : readView(size)));
    }
    return List.copyOf(headers);
  }

  /** Walks over all headers: only where the last one ends shows whether the record is true. */
  private void findHeaders() {
    if (headerCount < 0) {
      reader.fail(RecordFault.BAD_LENGTH);
    }
    for (int i = 0; i < headerCount && reader.isGood(); i++) {
      int nameSize = reader.readSize();
      if (nameSize == NULL_SIZE) {
        reader.fail(RecordFault.BAD_LENGTH);
      }
      reader.skip(nameSize);
      reader.skip(reader.readSize());
    }
    if (reader.remaining() != 0) {
      reader.fail(RecordFault.BAD_LENGTH);
    }
  }

  private ByteBuffer readView(int size) {
    ByteBuffer view = reader.view(reader.at(), size);
    reader.skip(size);
    return view;
  }
}
