package dev.milena.node.ports;

import java.util.List;
import java.util.Set;

/**
 * What a process runs, in as few words as tell it: the program, and of a JVM the class or jar that
 * it runs. A whole command line is long, and may hold what is nobody's business. Pure.
 */
final class ProgramName {
  /** Of characters. */
  static final int MOST = 60;

  /** Options of java whose value is a word of its own. */
  private static final Set<String> WITH_VALUE =
      Set.of(
          "-cp",
          "-classpath",
          "--class-path",
          "-p",
          "--module-path",
          "--upgrade-module-path",
          "--add-modules",
          "--add-reads",
          "--add-exports",
          "--add-opens",
          "--limit-modules",
          "--patch-module",
          "--enable-native-access",
          "--source");

  /** What a JVM runs follows these. */
  private static final Set<String> WHAT_IT_RUNS = Set.of("-jar", "-m", "--module");

  private ProgramName() {}

  /** The name, of a command line word by word. */
  static String of(List<String> words) {
    if (words.isEmpty()) {
      return "";
    }
    String program = last(words.getFirst());
    String name = program.equals("java") ? (program + " " + runs(words)).strip() : program;
    return name.length() <= MOST ? name : name.substring(0, MOST - 3) + "...";
  }

  private static String runs(List<String> words) {
    for (int i = 1; i < words.size(); i++) {
      String word = words.get(i);
      if (WITH_VALUE.contains(word)) {
        i++;
      } else if (!word.startsWith("-") && !word.startsWith("@")) {
        return last(word);
      } else if (WHAT_IT_RUNS.contains(word)) {
        return i + 1 < words.size() ? last(words.get(i + 1)) : "";
      }
    }
    return "";
  }

  private static String last(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
