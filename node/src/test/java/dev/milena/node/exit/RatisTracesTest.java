package dev.milena.node.exit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.ratis.util.LogUtils;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** How often a stack trace of Ratis is shown. */
class RatisTracesTest {
  private static final Optional<String> RATIS =
      Optional.of("org.apache.ratis.grpc.server.GrpcServerProtocolService");
  private static final String AT = "2026-11-26T01:51:21.374Z [grpc-3] ";
  private static final String WARNING = AT + "[WARN] GrpcServerProtocolService - Failed request";
  private static final String FRAME = "\tat org.apache.ratis.server.impl.RaftServerProxy.get(x)";

  private final RatisTraces traces = new RatisTraces();

  private static Throwable mismatch() {
    return new IOException("group not found");
  }

  /** Whether the frames of an exception that is logged so are left out. */
  private boolean without(String line, Optional<String> logging, Throwable thrown) {
    traces.line(line, () -> logging);
    assertEquals(false, traces.isKnownFrame(thrown));
    boolean without = traces.isKnownFrame(FRAME);
    assertEquals(without, traces.isKnownFrame("\t... 12 more"));
    assertEquals(false, traces.isKnownFrame("Caused by: java.lang.Exception: at last"));
    return without;
  }

  @Test
  void theTraceOfAKindIsShownOnceAndOfAnotherKindToo() {
    assertEquals(false, without(WARNING, RATIS, mismatch()));
    assertEquals(true, without(WARNING, RATIS, mismatch()));
    assertEquals(false, without(WARNING, RATIS, new IOException("thrown elsewhere")));
    assertEquals(false, without(WARNING, RATIS, new IllegalStateException("group not found")));
    assertEquals(true, without(WARNING, RATIS, mismatch()));
  }

  /** What would be its only trace is shown, though it may be shown again then. */
  @Test
  void aKindForWhichThereIsNoRoomIsShownEachTime() {
    for (int line = 1; line <= RatisTraces.MOST_KINDS; line++) {
      assertEquals(false, without(WARNING, RATIS, thrownIn(line)));
    }
    for (int i = 0; i < 2; i++) {
      assertEquals(false, without(WARNING, RATIS, thrownIn(RatisTraces.MOST_KINDS + 1)));
      assertEquals(true, without(WARNING, RATIS, thrownIn(RatisTraces.MOST_KINDS)));
    }
  }

  private static Throwable thrownIn(int line) {
    IOException thrown = new IOException("group not found");
    thrown.setStackTrace(
        new StackTraceElement[] {new StackTraceElement("Ratis", "get", "Ratis.java", line)});
    return thrown;
  }

  @Test
  void errorsKeepTheirTracesAndSoDoOthers() {
    String error = WARNING.replace("[WARN]", "[ERROR]");
    Optional<String> ours = Optional.of("dev.milena.quorum.ratis.Membership");
    for (int i = 0; i < 3; i++) {
      Throwable same = mismatch();
      assertEquals(i > 0, without(WARNING, RATIS, same));
      assertEquals(false, without(error, RATIS, same));
      assertEquals(false, without(WARNING, ours, same));
      assertEquals(false, without(WARNING, Optional.empty(), same));
    }
  }

  @Test
  void itIsSeenWhoLogs() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream before = System.err;
    System.setErr(new OneLineErrors(out));
    try {
      for (int i = 0; i < 3; i++) {
        LogUtils.warn(LoggerFactory.getLogger("org.apache.ratis.X"), () -> "again", mismatch());
      }
      LoggerFactory.getLogger("org.apache.ratis.X").warn("not by Ratis", mismatch());
    } finally {
      System.setErr(before);
    }
    List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
    assertEquals(3, lines.stream().filter(line -> line.endsWith("[WARN] X - again")).count());
    assertEquals(4, lines.stream().filter(mismatch().toString()::equals).count());
    List<String> frames = lines.stream().filter(line -> line.startsWith("\tat ")).toList();
    assertTrue(frames.size() > 2, frames.toString());
    // one of the three by Ratis, and that which is ours
    assertEquals(2, frames.stream().filter(frames.getFirst()::equals).count(), frames.toString());
  }
}
