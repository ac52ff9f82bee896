package dev.milena.node.exit;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Standard error for log lines: whatever is printed as one line leaves as one line.
 *
 * <p>Text that came from a client (a topic's name, a client id) may hold line ends or terminal
 * control characters, and with them could write lines of its own into the log. slf4j-simple and
 * {@link Throwable#printStackTrace(PrintStream)} print each of their lines with one {@code
 * println}, so escaping there covers every logger in the process, those of libraries included.
 */
public final class OneLineErrors extends PrintStream {
  private static final Pattern LINE_ENDS = Pattern.compile("[ \\t]*\\R\\s*");

  /** Behind what opens or goes on with a list, and before what closes one. */
  private static final Pattern LIST_LINE_ENDS =
      Pattern.compile("(?<=[\\[{(,;:])[ \\t]*\\R\\s*|[ \\t]*\\R\\s*(?=[\\]})])");

  private final RatisTraces ratis = new RatisTraces();
  private volatile boolean stopping;

  /** The last line was passed over, and so is the stack trace that follows it. */
  private boolean passing;

  /** Prints to {@code to}, flushed with every line. */
  public OneLineErrors(OutputStream to) {
    super(to, true, StandardCharsets.UTF_8);
  }

  /** From now on the node is stopping as asked: what is said in every stop is passed over. */
  public void stopping() {
    stopping = true;
  }

  /** Of a log line: slf4j-simple prints it so, and then its stack trace, nobody in between. */
  @Override
  public void println(@Nullable String line) {
    String text = String.valueOf(line);
    synchronized (this) {
      ratis.line(text, RatisTraces::logging);
      passing = stopping && StopTalk.isUsual(text);
      if (passing) {
        return;
      }
    }
    super.println(oneLine(text));
  }

  /** Of a line of a stack trace. */
  @Override
  public void println(@Nullable Object line) {
    synchronized (this) {
      if (passing || (line != null && ratis.isKnownFrame(line))) {
        return;
      }
    }
    super.println(oneLine(String.valueOf(line)));
  }

  /**
   * What Ratis says has lines of its own, as of a list of members: they are joined, so that it can
   * be read. A line end in any other text is shown as what it is, for a client may have written it.
   */
  private static String oneLine(String text) {
    return escaped(text.indexOf('\n') >= 0 && RatisTraces.isLogging() ? joined(text) : text);
  }

  private static String joined(String text) {
    String listed = LIST_LINE_ENDS.matcher(text.stripTrailing()).replaceAll(" ");
    return LINE_ENDS.matcher(listed).replaceAll("; ");
  }

  /** The text with control characters other than tab written as escapes, and so on one line. */
  public static String escaped(String text) {
    int at = 0;
    while (at < text.length() && isPlain(text.charAt(at))) {
      at++;
    }
    if (at == text.length()) {
      return text;
    }
    StringBuilder line = new StringBuilder(text.length() + 16).append(text, 0, at);
    for (; at < text.length(); at++) {
      char c = text.charAt(at);
      if (isPlain(c)) {
        line.append(c);
      } else if (c == '\n') {
        line.append("\\n");
      } else if (c == '\r') {
        line.append("\\r");
      } else {
        line.append(String.format("\\u%04x", (int) c));
      }
    }
    return line.toString();
  }

  /** NEL and the Unicode line and paragraph separators end a line for some terminals too. */
  private static boolean isPlain(char c) {
    return c == '\t' || (!Character.isISOControl(c) && c != '\u2028' && c != '\u2029');
  }
}
