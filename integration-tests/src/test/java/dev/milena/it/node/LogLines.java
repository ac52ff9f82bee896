package dev.milena.it.node;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Log files as machines write them, made from a seed: time stamps, components, paths; and what real
 * files hold besides: empty lines, CRLF, bytes that are no UTF-8, very long lines, no last line
 * end.
 *
 * <p>Lines are kept as ISO 8859-1, a character for each byte.
 */
final class LogLines {
  private static final String[] COMPONENTS = {
    "Step_LSC", "dfs.DataNode$PacketResponder", "sshd[24200]", "kernel", "nova.compute.manager"
  };
  private static final String[] WORDS = {
    "Receiving", "block", "failed", "for", "user", "täglich", "0x7f00", "連携", "exit=0", "blk_-16089"
  };

  private final List<String> lines;
  private final byte[] file;

  private LogLines(List<String> lines, byte[] file) {
    this.lines = lines;
    this.file = file;
  }

  /** Lines with odd bytes; some end with CRLF and the last with nothing. */
  static LogLines odd(long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    List<String> lines = new ArrayList<>();
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    for (int i = 0; i < count; i++) {
      String line = oddLine(random, i);
      lines.add(line);
      file.writeBytes(line.getBytes(StandardCharsets.ISO_8859_1));
      if (i < count - 1) {
        file.writeBytes((i % 7 == 3 ? "\r\n" : "\n").getBytes(StandardCharsets.US_ASCII));
      }
    }
    return new LogLines(lines, file.toByteArray());
  }

  /** Lines of {@code key|rest}, the keys few enough to repeat. */
  static LogLines keyed(long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lines.add(
          "2017122" + random.nextInt(10) + "-22:15:" + random.nextInt(60) + "|" + text(random, i));
    }
    return new LogLines(
        lines, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.ISO_8859_1));
  }

  /** The lines, without their ends. */
  List<String> lines() {
    return lines;
  }

  /** What consume must print: every line, ended by LF. */
  String printed() {
    return String.join("\n", lines) + "\n";
  }

  Path write(Path to) throws IOException {
    return Files.write(to, file);
  }

  private static String oddLine(SplittableRandom random, int i) {
    if (i % 211 == 17) {
      return "";
    }
    if (i % 499 == 250) {
      return "x".repeat(150_000) + i;
    }
    if (i % 37 == 5) {
      byte[] bytes = new byte[random.nextInt(1, 80)];
      random.nextBytes(bytes);
      for (int b = 0; b < bytes.length; b++) {
        if (bytes[b] == '\n' || bytes[b] == '\r') {
          bytes[b] = 0;
        }
      }
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
    return "17/06/09 20:10:" + random.nextInt(60) + " INFO " + text(random, i);
  }

  private static String text(SplittableRandom random, int i) {
    StringBuilder text = new StringBuilder(COMPONENTS[random.nextInt(COMPONENTS.length)]);
    text.append('|').append(i).append('|');
    int words = random.nextInt(1, 20);
    for (int w = 0; w < words; w++) {
      text.append(WORDS[random.nextInt(WORDS.length)]).append(' ');
    }
    return new String(
        text.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }
}
