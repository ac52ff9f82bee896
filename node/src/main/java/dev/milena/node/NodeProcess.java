package dev.milena.node;

import dev.milena.node.exit.CannotStart;
import dev.milena.node.exit.ExitCode;
import dev.milena.node.exit.OneLineErrors;
import dev.milena.node.settings.NodeSettings;
import dev.milena.node.settings.SettingValues;
import dev.milena.node.settings.Settlement;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node as a process: from settled values to the ready line, and on to its end. */
final class NodeProcess {
  private static final Logger LOG = LoggerFactory.getLogger(NodeProcess.class);

  /** Longer than any part may take to flush; systemd and Kubernetes wait longer still. */
  private static final long STOP_BOUND_MS = 25_000;

  private NodeProcess() {}

  /** Runs a node; returns only by an exception, since a running node ends the process. */
  static int run(SettingValues values) throws CannotStart, InterruptedException {
    NodeSettings settings = Settlement.of(values);
    settings.warnings().forEach(warning -> LOG.atWarn().log(warning));
    StartedParts parts = new StartedParts();
    NodeWiring wiring = new NodeWiring(settings, parts);
    ProcessEnd end =
        new ProcessEnd(
            parts,
            () -> stopping(wiring),
            new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
            code -> Runtime.getRuntime().halt(code),
            STOP_BOUND_MS);
    Runtime.getRuntime().addShutdownHook(new Thread(end::stopAsAsked, "milena-signal"));
    boolean started = false;
    try {
      String ready = wiring.start(end::cannotGoOn);
      System.out.println(ready);
      started = true;
    } finally {
      if (!started) {
        end.giveUpStart();
      }
    }
    new CountDownLatch(1).await();
    return ExitCode.STOPPED.number();
  }

  private static void stopping(NodeWiring wiring) {
    wiring.stopping();
    // as set by the main class
    if (System.err instanceof OneLineErrors errors) {
      errors.stopping();
    }
  }
}
