package dev.milena.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineReaderTest {
  private static List<String> split(InputStream in, int maxLineBytes) throws IOException {
    LineReader reader = new LineReader(in, maxLineBytes);
    List<String> lines = new ArrayList<>();
    for (Optional<ByteBuffer> line = reader.next(); line.isPresent(); line = reader.next()) {
      lines.add(StandardCharsets.ISO_8859_1.decode(line.get()).toString());
      assertEquals(lines.size(), reader.lineNumber());
    }
    return lines;
  }

  private static List<String> split(String text) throws IOException {
    return split(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)), 1 << 20);
  }

  @Test
  void bothEndsOfLinesEndALine() throws IOException {
    assertEquals(List.of("a", "b", "c"), split("a\nb\r\nc\n"));
  }

  @Test
  void theLastLineMayLackItsEnd() throws IOException {
    assertEquals(List.of("a", "b"), split("a\nb"));
    assertEquals(List.of(), split(""));
    assertEquals(List.of("", ""), split("\n\r\n"));
  }

  @Test
  void aCarriageReturnElsewhereIsData() throws IOException {
    assertEquals(List.of("a\rb", "\r", "c\r"), split("a\rb\n\r\r\nc\r"));
  }

  @Test
  void everyOtherByteIsCarriedAsItIs() throws IOException {
    StringBuilder all = new StringBuilder();
    for (char c = 0; c < 256; c++) {
      if (c != '\n' && c != '\r') {
        all.append(c);
      }
    }
    assertEquals(List.of(all.toString()), split(all + "\n"));
  }

  @Test
  void linesComeOutWholeHoweverTheInputArrives() throws IOException {
    long seed = Long.getLong("milena.seed", System.nanoTime());
    System.out.println("LineReaderTest seed " + seed + " (-Dmilena.seed=" + seed + ")");
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 50; round++) {
      List<String> lines = new ArrayList<>();
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 40; i++) {
        String line = "x".repeat(random.nextInt(random.nextInt(1, 30_000)));
        lines.add(line);
        text.append(line).append(random.nextBoolean() ? "\n" : "\r\n");
      }
      InputStream dribble = new Dribble(text.toString(), random);
      assertEquals(lines, split(dribble, 1 << 20), "seed " + seed);
    }
  }

  /** Gives as little as it likes. */
  private static final class Dribble extends InputStream {
    private final ByteArrayInputStream in;
    private final SplittableRandom random;

    Dribble(String text, SplittableRandom random) {
      this.in = new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1));
      this.random = random;
    }

    @Override
    public int read() {
      return in.read();
    }

    @Override
    public int read(byte[] into, int at, int length) {
      return in.read(into, at, random.nextInt(1, length + 1));
    }
  }

  @ParameterizedTest
  @CsvSource({"100000,true", "100001,false"})
  void aLineMayBeAsLongAsTheBoundAndNoLonger(int length, boolean taken) throws IOException {
    for (String end : List.of("\n", "\r\n", "")) {
      byte[] text = ("ok\n" + "x".repeat(length) + end).getBytes(StandardCharsets.UTF_8);
      if (taken) {
        assertEquals(2, split(new ByteArrayInputStream(text), 100_000).size());
      } else {
        CommandFailed failed =
            assertThrows(CommandFailed.class, () -> split(new ByteArrayInputStream(text), 100_000));
        assertTrue(failed.toString().contains("line 2 has"), failed.toString());
        assertTrue(failed.toString().contains("at most 100000 bytes"), failed.toString());
        assertEquals(1, failed.exitCode());
      }
    }
  }

  @Test
  void anEndlessLineIsGivenUpInBoundedMemory() {
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 'x';
          }

          @Override
          public int read(byte[] into, int at, int length) {
            java.util.Arrays.fill(into, at, at + length, (byte) 'x');
            return length;
          }
        };
    assertThrows(CommandFailed.class, () -> split(endless, 200_000));
  }

  @Test
  void aViewIsOfTheLineAlone() throws IOException {
    LineReader reader =
        new LineReader(new ByteArrayInputStream(new byte[] {1, '\n', 2, 3, '\n'}), 10);
    reader.next();
    ByteBuffer line = reader.next().orElseThrow();
    byte[] bytes = new byte[line.remaining()];
    line.get(bytes);
    assertArrayEquals(new byte[] {2, 3}, bytes);
  }
}
