package dev.milena.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.milena.client.ChangeHistory;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;

/** What the history looks like. */
final class AuditListing {
  private AuditListing() {}

  /** A line for each thing that one change changed. */
  static String lines(ChangeHistory.Change change) {
    StringBuilder text = new StringBuilder();
    for (String what : change.what()) {
      text.append(Instant.ofEpochMilli(change.timeMs()));
      text.append('\t').append(change.principal());
      text.append('\t').append(orDash(change.address()));
      text.append('\t').append(orDash(change.tool()));
      text.append('\t').append(what).append('\n');
    }
    return text.toString();
  }

  private static String orDash(String text) {
    return text.isEmpty() ? "-" : text;
  }

  /** Begins a document; close it. */
  static Document document(DataOut out, long forgottenThrough) {
    return new Document(out, forgottenThrough);
  }

  /** One JSON document that grows change by change. */
  static final class Document implements AutoCloseable {
    private final DataOut out;
    private final JsonGenerator json;

    private Document(DataOut out, long forgottenThrough) {
      this.out = out;
      try {
        json =
            new JsonFactory()
                .createGenerator(into(out))
                .setPrettyPrinter(
                    new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")));
        json.writeStartObject();
        Listing.writeKnown(json, "forgottenThrough", forgottenThrough);
        json.writeArrayFieldStart("changes");
      } catch (IOException e) {
        throw new UncheckedIOException("standard output takes whatever is written to it", e);
      }
    }

    private static OutputStream into(DataOut out) {
      return new OutputStream() {
        @Override
        public void write(int one) {
          out.put((byte) one);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
          out.put(ByteBuffer.wrap(bytes, offset, length));
        }
      };
    }

    void put(ChangeHistory.Change change) {
      try {
        json.writeStartObject();
        json.writeNumberField("index", change.index());
        json.writeNumberField("timeMs", change.timeMs());
        json.writeStringField("time", Instant.ofEpochMilli(change.timeMs()).toString());
        json.writeStringField("principal", change.principal());
        json.writeStringField("address", change.address());
        json.writeStringField("tool", change.tool());
        json.writeArrayFieldStart("what");
        for (String what : change.what()) {
          json.writeString(what);
        }
        json.writeEndArray();
        json.writeEndObject();
      } catch (IOException e) {
        throw new UncheckedIOException("standard output takes whatever is written to it", e);
      }
    }

    @Override
    public void close() {
      try {
        json.writeEndArray();
        json.writeEndObject();
        json.close();
      } catch (IOException e) {
        throw new UncheckedIOException("standard output takes whatever is written to it", e);
      }
      out.put("\n");
    }
  }
}
