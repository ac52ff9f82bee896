package dev.milena.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What a command gets from outside: streams, environment, and whether somebody watches.
 *
 * @param out data; unbuffered, reports a broken pipe as an exception
 * @param talk everything that is not data
 * @param watched whether {@code talk} is a terminal
 */
record Surroundings(
    InputStream in,
    OutputStream out,
    PrintStream talk,
    Map<String, String> environment,
    boolean watched) {
  /** Set by bin/kafkactl: Java cannot tell whether standard error is a terminal. */
  private static final String WATCHED_PROPERTY = "milena.terminal";

  /** Those of this process. */
  static Surroundings ofProcess() {
    return new Surroundings(
        new FileInputStream(FileDescriptor.in),
        new FileOutputStream(FileDescriptor.out),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
        System.getenv(),
        Boolean.getBoolean(WATCHED_PROPERTY));
  }

  /** One line to whoever reads along. */
  void say(String line) {
    talk.print(line + "\n");
    talk.flush();
  }
}
