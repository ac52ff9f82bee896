package dev.milena.it.deploy;

import dev.milena.it.deploy.Dockerfile.Stage;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What must hold of a Dockerfile, since no engine is at hand that would build it. */
final class DockerfileRules {
  private static final Pattern TAGGED = Pattern.compile("[^:@\\s]+:(?!latest$)[\\w.-]+");
  private static final Pattern NUMBERS = Pattern.compile("[1-9]\\d*:[1-9]\\d*");
  private static final Pattern SCRIPT = Pattern.compile("(?:^|\\s)(\\.?/?[\\w./-]+\\.sh|\\./\\w+)");

  private final Dockerfile dockerfile;
  private final Path context;
  private final Predicate<Path> ignored;
  private final List<String> broken = new ArrayList<>();

  private DockerfileRules(Dockerfile dockerfile, Path context, Predicate<Path> ignored) {
    this.dockerfile = dockerfile;
    this.context = context;
    this.ignored = ignored;
  }

  /**
   * What is wrong, a sentence each.
   *
   * @param context the folder that is sent to the build
   * @param ignore the lines of its .dockerignore
   */
  static List<String> broken(Dockerfile dockerfile, Path context, List<String> ignore) {
    DockerfileRules rules = new DockerfileRules(dockerfile, context, ignoring(ignore));
    List<String> names = new ArrayList<>();
    for (Stage stage : dockerfile.stages()) {
      rules.checkBase(stage, names);
      rules.checkCopies(stage, names);
      rules.checkScripts(stage);
      names.add(stage.name());
    }
    rules.checkImage();
    return rules.broken;
  }

  /** The lines of an ignore file, comments and blank ones left out. */
  static List<String> ignoreLines(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .toList();
  }

  private static Predicate<Path> ignoring(List<String> lines) {
    Predicate<Path> any = path -> false;
    for (String line : lines) {
      // Docker's ** also stands for no folder at all; java.nio's does not.
      String glob = line.startsWith("**/") ? "{**/,}" + line.substring(3) : line;
      any = any.or(FileSystems.getDefault().getPathMatcher("glob:" + glob)::matches);
    }
    Predicate<Path> itself = any;
    return path -> {
      for (Path part = path; part != null; part = part.getParent()) {
        if (itself.test(part)) {
          return true;
        }
      }
      return false;
    };
  }

  private void checkBase(Stage stage, List<String> earlier) {
    if (!earlier.contains(stage.base()) && !TAGGED.matcher(stage.base()).matches()) {
      broken.add("FROM " + stage.base() + " has no tag of its own");
    }
  }

  private void checkCopies(Stage stage, List<String> earlier) {
    if (!stage.all("ADD").isEmpty()) {
      broken.add("ADD unpacks and downloads; COPY does what it says");
    }
    for (String copy : stage.all("COPY")) {
      String[] words = copy.split("\\s+");
      String from = words[0].startsWith("--from=") ? words[0].substring(7) : "";
      if (!from.isEmpty()) {
        if (!earlier.contains(from)) {
          broken.add("COPY " + copy + ": there is no stage " + from + " before it");
        }
        continue;
      }
      for (int i = 0; i < words.length - 1; i++) {
        checkSource(copy, Path.of(words[i]).normalize());
      }
    }
  }

  private void checkSource(String copy, Path source) {
    if (!Files.exists(context.resolve(source))) {
      broken.add("COPY " + copy + ": there is no " + source);
    } else if (!source.toString().isEmpty() && ignored.test(source)) {
      broken.add("COPY " + copy + ": " + source + " is never sent to the build");
    }
  }

  /** What the checkout's own scripts are called by must be sent, and be executable. */
  private void checkScripts(Stage stage) {
    for (String run : stage.all("RUN")) {
      Matcher script = SCRIPT.matcher(run);
      while (script.find()) {
        Path file = Path.of(script.group(1)).normalize();
        if (!file.isAbsolute()
            && (ignored.test(file) || !Files.isExecutable(context.resolve(file)))) {
          broken.add("RUN " + run + ": " + file + " is not there to be run");
        }
      }
    }
  }

  private void checkImage() {
    Stage image = dockerfile.image();
    String user = image.last("USER").orElse("root");
    if (!NUMBERS.matcher(user).matches()) {
      broken.add("USER " + user + " is not a user and a group other than root, by number");
    }
    if (Dockerfile.execForm(image.last("ENTRYPOINT").orElse("")).isEmpty()) {
      broken.add("ENTRYPOINT is not in exec form: a shell would get the signals");
    }
    for (String place : image.all("WORKDIR")) {
      if (!Path.of(place).isAbsolute()) {
        broken.add("WORKDIR " + place + " is not absolute");
      }
    }
  }
}
