package dev.milena.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The tool in this process, with a given input, and what it wrote. */
final class ToolRun {
  private final byte[] in;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream talk = new ByteArrayOutputStream();

  ToolRun(String in) {
    this(in.getBytes(StandardCharsets.UTF_8));
  }

  ToolRun(byte[] in) {
    this.in = in.clone();
  }

  Surroundings surroundings() {
    return new Surroundings(
        new ByteArrayInputStream(in),
        out,
        new PrintStream(talk, true, StandardCharsets.UTF_8),
        Map.of(),
        false);
  }

  int run(List<String> args) {
    out.reset();
    talk.reset();
    return new Kafkactl(surroundings()).run(args);
  }

  int run(String... args) {
    return run(List.of(args));
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  byte[] outBytes() {
    return out.toByteArray();
  }

  String talk() {
    return talk.toString(StandardCharsets.UTF_8);
  }
}
