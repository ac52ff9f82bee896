package dev.milena.it.house;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Sizes, words and links. What breaks a rule stands in tidy-exceptions.txt with its reason. */
class TidyTest {
  private static final int FILE_LINES = 400;
  private static final int METHOD_LINES = 60;
  private static final int METHODS_OVER_40_PERCENT = 5;
  private static final int PARAMETERS = 7;
  private static final int FIELDS = 12;
  private static final int NESTING = 3;

  private static final Pattern UNFINISHED =
      Pattern.compile(
          "\\b(TODO|FIXME|XXX|HACK)\\b|UnsupportedOperationException|not (yet )?implemented");
  private static final Pattern SLEEP =
      Pattern.compile("Thread\\.sleep|TimeUnit\\.\\w+\\.sleep|\\b[A-Z]+\\.sleep\\(");

  /** Also a latch with a time limit that nobody else can know of. */
  private static final Pattern PASSES_TIME =
      Pattern.compile("\\bpark(Nanos|Until)\\(|new CountDownLatch\\(\\d+\\)\\s*\\.await\\([^)]");

  private static final Pattern SWITCHED_OFF = Pattern.compile("@Disabled\\b|@Ignore\\b");
  private static final Pattern CATCH_ALL =
      Pattern.compile("catch \\((final )?(Exception|Throwable|RuntimeException)\\b");
  private static final Pattern SHARED_POOL =
      Pattern.compile("ForkJoinPool\\.commonPool|parallelStream\\(|\\.supplyAsync\\([^,]*\\)$");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(#[^)]*)?\\)");

  private final TidyExceptions exceptions = new TidyExceptions();

  @Test
  void filesAreShort() {
    List<String> broken = new ArrayList<>();
    for (Path file : javaFiles()) {
      long lines = House.text(file).lines().count();
      if (lines > FILE_LINES && !exceptions.allows("file-lines", where(file))) {
        broken.add(where(file) + " has " + lines + " lines, at most " + FILE_LINES);
      }
    }
    report("file-lines", broken);
  }

  @Test
  void methodsAreShort() throws IOException {
    measure("method-lines", METHOD_LINES, source -> source.methodLines);
  }

  @Test
  void methodsOverFortyLinesAreRare() throws IOException {
    List<JavaSource.Measure> all =
        JavaSource.parse(javaFiles()).stream().flatMap(s -> s.methodLines.stream()).toList();
    List<JavaSource.Measure> over = all.stream().filter(m -> m.value() > 40).toList();
    assertTrue(
        over.size() * 100 <= all.size() * METHODS_OVER_40_PERCENT,
        over.size() + " of " + all.size() + " methods are over 40 lines: " + over);
  }

  @Test
  void constructorsTakeFewParameters() throws IOException {
    measure("constructor-parameters", PARAMETERS, source -> source.constructorParameters);
  }

  @Test
  void classesHaveFewFields() throws IOException {
    measure("class-fields", FIELDS, source -> source.classFields);
  }

  @Test
  void nestingIsShallow() throws IOException {
    measure("nesting", NESTING, source -> source.methodNesting);
  }

  @Test
  void nothingIsLeftUnfinished() {
    search("unfinished", UNFINISHED, javaFiles());
  }

  @Test
  void nothingSleepsAndHopes() {
    search("sleep", SLEEP, javaFiles());
  }

  /**
   * A test that lets time pass and hopes is slow, and green on a busy machine whatever it tests.
   * Where time must pass, the exception says for what, and how often in its file.
   */
  @Test
  void testsWaitForWhatTheyNeedAndNotForTime() {
    List<String> broken = new ArrayList<>();
    for (Path file : javaFiles()) {
      if (!file.toString().contains("/src/test/") || file.endsWith("TidyTest.java")) {
        continue;
      }
      long count = PASSES_TIME.matcher(House.text(file)).results().count();
      if (count > 0 && !exceptions.allows("passes-time", where(file) + " " + count)) {
        broken.add(where(file) + " lets time pass in so many places: " + count);
      }
    }
    report("passes-time", broken);
  }

  @Test
  void noTestIsSwitchedOff() {
    search("switched-off", SWITCHED_OFF, javaFiles());
  }

  @Test
  void catchAllStandsOnlyAtOutermostFrames() {
    search("catch-all", CATCH_ALL, javaFiles());
  }

  @Test
  void nobodyUsesTheSharedPool() {
    search("shared-pool", SHARED_POOL, javaFiles());
  }

  @Test
  void everyPackageIsNullMarked() {
    List<String> broken = new ArrayList<>();
    for (Path file : javaFiles()) {
      Path info = file.resolveSibling("package-info.java");
      boolean marked = Files.exists(info) && House.text(info).contains("@NullMarked");
      boolean test = file.toString().contains("/src/test/");
      if (!marked && !test) {
        broken.add(where(info) + " is missing or not @NullMarked");
      }
    }
    report("null-marked", broken.stream().distinct().toList());
  }

  @Test
  void linksInDocumentsResolve() {
    List<String> broken = new ArrayList<>();
    List<Path> documents = House.files(name -> name.endsWith(".md"));
    assertTrue(documents.size() >= 5, "documents found: " + documents);
    for (Path document : documents) {
      Matcher link = LINK.matcher(House.text(document));
      while (link.find()) {
        String target = link.group(1);
        if (!target.contains("://") && !Files.exists(document.resolveSibling(target))) {
          broken.add(where(document) + " links to " + target + ", which is not there");
        }
      }
    }
    report("links", broken);
  }

  @Test
  void everyDecisionIsIndexed() throws IOException {
    Path folder = House.root().resolve("docs/adr");
    String index = House.text(folder.resolve("README.md"));
    List<String> broken = new ArrayList<>();
    try (var files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        if (!name.equals("README.md") && !index.contains("(" + name + ")")) {
          broken.add("docs/adr/README.md does not list " + name);
        }
      }
    }
    report("adr-index", broken);
  }

  private void measure(
      String rule, int most, Function<JavaSource, List<JavaSource.Measure>> measures)
      throws IOException {
    List<String> broken = new ArrayList<>();
    for (JavaSource source : JavaSource.parse(javaFiles())) {
      for (JavaSource.Measure measure : measures.apply(source)) {
        if (measure.value() > most && !exceptions.allows(rule, measure.name())) {
          broken.add(measure.name() + ": " + measure.value() + ", at most " + most);
        }
      }
    }
    report(rule, broken);
  }

  private void search(String rule, Pattern pattern, List<Path> files) {
    List<String> broken = new ArrayList<>();
    for (Path file : files) {
      if (file.endsWith("TidyTest.java")) {
        continue;
      }
      List<String> lines = House.text(file).lines().toList();
      for (int i = 0; i < lines.size(); i++) {
        if (pattern.matcher(lines.get(i)).find() && !exceptions.allows(rule, where(file))) {
          broken.add(where(file) + ":" + (i + 1) + " " + lines.get(i).strip());
        }
      }
    }
    report(rule, broken);
  }

  private void report(String rule, List<String> broken) {
    if (!broken.isEmpty()) {
      fail(rule + ":\n  " + String.join("\n  ", broken));
    }
    List<String> unused = exceptions.unused(rule);
    if (!unused.isEmpty()) {
      fail(
          "tidy-exceptions.txt excuses what is tidy now; take it out:\n  "
              + String.join("\n  ", unused));
    }
  }

  private static List<Path> javaFiles() {
    List<Path> files = House.files(name -> name.endsWith(".java"));
    assertTrue(files.size() >= 100, "only " + files.size() + " Java files found");
    return files;
  }

  private static String where(Path file) {
    return House.root().relativize(file).toString();
  }
}
