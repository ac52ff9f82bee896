package dev.milena.it.deploy;

import dev.milena.it.process.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Dockerfile, as far as ours goes: stages of instructions, in order.
 *
 * @param stages at least one; the last is the image
 */
record Dockerfile(List<Stage> stages) {
  private static final Pattern FROM = Pattern.compile("(\\S+)(?:\\s+AS\\s+(\\S+))?");
  private static final Pattern WORD = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");

  /**
   * A line, continued lines joined.
   *
   * @param keyword such as RUN
   * @param text what follows it
   */
  record Instruction(String keyword, String text) {}

  /**
   * What stands between two FROMs.
   *
   * @param name what others may call it; empty for none
   * @param base the image, or the stage, that it begins with
   */
  record Stage(String name, String base, List<Instruction> instructions) {
    /** The texts of one kind of instruction. */
    List<String> all(String keyword) {
      return instructions.stream()
          .filter(instruction -> instruction.keyword().equals(keyword))
          .map(Instruction::text)
          .toList();
    }

    /** The last of a kind, which is the one that counts. */
    Optional<String> last(String keyword) {
      return all(keyword).stream().reduce((earlier, later) -> later);
    }
  }

  /** The project's own. */
  static Dockerfile ours() throws IOException {
    return parse(Files.readString(Checkout.root().resolve("deploy/container/Dockerfile")));
  }

  static Dockerfile parse(String text) {
    List<Stage> stages = new ArrayList<>();
    for (Instruction instruction : instructions(text)) {
      if (instruction.keyword().equals("FROM")) {
        Matcher from = FROM.matcher(instruction.text());
        if (!from.matches()) {
          throw new AssertionError("not understood: FROM " + instruction.text());
        }
        String name = from.group(2) == null ? "" : from.group(2);
        stages.add(new Stage(name, from.group(1), new ArrayList<>()));
      } else {
        stages.getLast().instructions().add(instruction);
      }
    }
    return new Dockerfile(stages);
  }

  private static List<Instruction> instructions(String text) {
    List<Instruction> instructions = new ArrayList<>();
    StringBuilder whole = new StringBuilder();
    for (String line : text.lines().toList()) {
      if (line.strip().startsWith("#") || (line.isBlank() && whole.isEmpty())) {
        continue;
      }
      boolean continued = line.endsWith("\\");
      whole.append(continued ? line.substring(0, line.length() - 1) : line);
      if (!continued) {
        String[] parts = whole.toString().strip().split("\\s+", 2);
        instructions.add(new Instruction(parts[0], parts.length > 1 ? parts[1] : ""));
        whole.setLength(0);
      }
    }
    return instructions;
  }

  /** The stage that becomes the image. */
  Stage image() {
    return stages.getLast();
  }

  /** The stage of this name. */
  Optional<Stage> stage(String name) {
    return stages.stream().filter(stage -> stage.name().equals(name)).findFirst();
  }

  /** The words of the exec form, {@code ["a", "b"]}; empty for the shell form. */
  static List<String> execForm(String text) {
    List<String> words = new ArrayList<>();
    if (text.startsWith("[") && text.endsWith("]")) {
      Matcher word = WORD.matcher(text);
      while (word.find()) {
        words.add(word.group(1));
      }
    }
    return words;
  }
}
