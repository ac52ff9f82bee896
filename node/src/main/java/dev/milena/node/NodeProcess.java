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
    start(end, () -> System.out.println(wiring.start(end::cannotGoOn)));
    new CountDownLatch(1).await();
    return ExitCode.STOPPED.number();
  }

  /** Of a node that is to come up. */
  interface Start {
    void run() throws CannotStart, InterruptedException;
  }

  /**
   * Runs a start. One that fails is taken back; one that fails while the node is ending was asked
   * to stop, and is only said: the process ends with the code of that.
   */
  static void start(ProcessEnd end, Start start) throws CannotStart, InterruptedException {
    boolean settled = false;
    try {
      start.run();
      settled = true;
    } catch (CannotStart | RuntimeException | InterruptedException failure) {
      settled = true;
      if (end.giveUpStart()) {
        throw failure;
      }
      LOG.atInfo().addKeyValue("reason", failure).log("this node ends before it was started");
    } finally {
      if (!settled) {
        // an error, such as no memory
        var _ = end.giveUpStart();
      }
    }
  }

  private static void stopping(NodeWiring wiring) {
    wiring.stopping();
    // as set by the main class
    if (System.err instanceof OneLineErrors errors) {
      errors.stopping();
    }
  }
}
