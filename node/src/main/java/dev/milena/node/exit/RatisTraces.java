package dev.milena.node.exit;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * What Ratis warns of, it warns of again with every attempt, with a stack trace each time: the
 * connection of a voter whose log is not open yet would write a thousand lines a minute. The trace
 * of each kind of exception is shown once; then its line alone, and those of its causes. An ERROR
 * keeps its trace. Who uses it keeps others out.
 */
final class RatisTraces {
  /** Kinds that are remembered; what Ratis throws is known and few. The others are shown. */
  static final int MOST_KINDS = 200;

  private static final Pattern WARNING =
      Pattern.compile("\\S+ \\[.*?] \\[WARN] .*", Pattern.DOTALL);
  private static final Pattern FRAME = Pattern.compile("\t+(at |\\.\\.\\. ).*", Pattern.DOTALL);

  private final Set<String> shown = new HashSet<>();
  private boolean warned;
  private boolean known;

  /**
   * A line of the log; what follows as an object is its exception.
   *
   * @param logging the class that logs, if it is known; asked of warnings alone
   */
  void line(String text, Supplier<Optional<String>> logging) {
    warned =
        WARNING.matcher(text).matches() && logging.get().filter(RatisTraces::isRatis).isPresent();
    known = false;
  }

  /** Whether a line of an exception is a frame that was shown before. */
  boolean isKnownFrame(Object line) {
    if (warned && line instanceof Throwable thrown) {
      String kind = kind(thrown);
      known = shown.contains(kind);
      if (!known && shown.size() < MOST_KINDS) {
        shown.add(kind);
      }
    }
    return known && FRAME.matcher(String.valueOf(line)).matches();
  }

  private static String kind(Throwable thrown) {
    StackTraceElement[] frames = thrown.getStackTrace();
    return thrown.getClass().getName() + (frames.length == 0 ? "" : " at " + frames[0]);
  }

  private static boolean isRatis(String className) {
    return className.startsWith("org.apache.ratis.");
  }

  /** Whether it is Ratis that is writing to the log on this thread. */
  static boolean isLogging() {
    return logging().filter(RatisTraces::isRatis).isPresent();
  }

  /** The class that is writing to the log on this thread: the first that is not of the logging. */
  static Optional<String> logging() {
    return StackWalker.getInstance()
        .walk(frames ->
            frames
                .map(StackWalker.StackFrame::getClassName)
                .filter(name -> !isOfLogging(name))
                .findFirst());
  }

  private static boolean isOfLogging(String className) {
    return className.startsWith("org.slf4j.")
        || className.startsWith("java.")
        || className.equals(RatisTraces.class.getName())
        || className.equals(OneLineErrors.class.getName());
  }
}
