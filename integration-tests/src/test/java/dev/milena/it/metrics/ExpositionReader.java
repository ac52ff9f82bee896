package dev.milena.it.metrics;

import dev.milena.it.metrics.Exposition.Family;
import dev.milena.it.metrics.Exposition.Malformed;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Takes the lines of an exposition one after the other.
 *
 * <pre>
 *   # HELP name text            \\ and \n are escaped in the text
 *   # TYPE name counter|gauge
 *   name{label="value",...} 1.5  \\ \" and \n are escaped in a value
 * </pre>
 */
final class ExpositionReader {
  private static final String NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
  private static final String LABEL = "([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\[\\\\\"n])*)\"";
  private static final String NUMBER =
      "NaN|[+-]?Inf|[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?";
  private static final Pattern HELP =
      Pattern.compile("# HELP (" + NAME + ") ((?:[^\\\\]|\\\\[\\\\n])+)");
  private static final Pattern TYPE = Pattern.compile("# TYPE (" + NAME + ") (counter|gauge)");
  private static final Pattern SAMPLE =
      Pattern.compile(
          "(" + NAME + ")(?:\\{(" + LABEL + "(?:," + LABEL + ")*)\\})? (" + NUMBER + ")");
  private static final Pattern ONE_LABEL = Pattern.compile(LABEL);
  private static final Pattern ESCAPED = Pattern.compile("\\\\(.)");

  private final SortedMap<String, Family> families = new TreeMap<>();
  private Optional<String> help = Optional.empty();
  private Optional<Family> family = Optional.empty();
  private String name = "";

  /** Takes the next line. */
  void take(int at, String line) throws Malformed {
    Matcher found = HELP.matcher(line);
    if (found.matches()) {
      begin(at, found.group(1), plain(found.group(2)));
      return;
    }
    found = TYPE.matcher(line);
    if (found.matches()) {
      type(at, found.group(1), found.group(2));
      return;
    }
    found = SAMPLE.matcher(line);
    if (!found.matches()) {
      throw new Malformed(at, "no HELP, TYPE or sample: " + line);
    }
    // the value is what stands last: labels have groups of their own
    double value = Double.parseDouble(found.group(found.groupCount()).replace("Inf", "Infinity"));
    sample(at, found.group(1), labels(at, found.group(2)), value);
  }

  /** All that was read. */
  SortedMap<String, Family> end(int at) throws Malformed {
    finish(at);
    return families;
  }

  private void begin(int at, String begun, String meaning) throws Malformed {
    finish(at);
    if (families.containsKey(begun)) {
      throw new Malformed(at, "a second HELP of " + begun);
    }
    name = begun;
    help = Optional.of(meaning);
  }

  private void type(int at, String typed, String kind) throws Malformed {
    if (help.isEmpty() || family.isPresent() || !typed.equals(name)) {
      throw new Malformed(at, "a TYPE of %s that follows no HELP of it".formatted(typed));
    }
    if (kind.equals("counter") != typed.endsWith("_total")) {
      throw new Malformed(at, "%s is a %s".formatted(typed, kind));
    }
    family = Optional.of(new Family(kind, help.get(), new LinkedHashMap<>()));
  }

  private void sample(int at, String of, SortedMap<String, String> labels, double value)
      throws Malformed {
    if (family.isEmpty() || !of.equals(name)) {
      throw new Malformed(at, "a sample of %s outside its family".formatted(of));
    }
    if (family.get().samples().put(labels, value) != null) {
      throw new Malformed(at, "a second sample of %s%s".formatted(of, labels));
    }
  }

  private void finish(int at) throws Malformed {
    if (help.isPresent() && family.map(one -> one.samples().isEmpty()).orElse(true)) {
      throw new Malformed(at, "no TYPE or no sample of " + name);
    }
    family.ifPresent(one -> families.put(name, one));
    help = Optional.empty();
    family = Optional.empty();
  }

  private static SortedMap<String, String> labels(int at, @Nullable String text) throws Malformed {
    SortedMap<String, String> labels = new TreeMap<>();
    Matcher label = ONE_LABEL.matcher(Optional.ofNullable(text).orElse(""));
    while (label.find()) {
      if (labels.put(label.group(1), plain(label.group(2))) != null) {
        throw new Malformed(at, "a second label " + label.group(1));
      }
    }
    return labels;
  }

  private static String plain(String escaped) {
    return ESCAPED
        .matcher(escaped)
        .replaceAll(
            one -> Matcher.quoteReplacement(one.group(1).equals("n") ? "\n" : one.group(1)));
  }
}
