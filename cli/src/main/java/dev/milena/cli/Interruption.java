package dev.milena.cli;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Does something in order when the user presses Ctrl-C or the process is told to end, before it
 * ends.
 */
final class Interruption implements AutoCloseable {
  private final Runnable task;
  private final AtomicBoolean armed = new AtomicBoolean(true);
  private final Thread hook;

  private Interruption(Runnable task) {
    this.task = task;
    this.hook = Thread.ofPlatform().name("kafkactl-interrupted").unstarted(this::run);
  }

  /**
   * Arms.
   *
   * @param task runs at most once, on a thread of its own, while the command's thread may still run
   */
  static Interruption on(Runnable task) {
    Interruption made = new Interruption(task);
    Runtime.getRuntime().addShutdownHook(made.hook);
    return made;
  }

  private void run() {
    if (armed.getAndSet(false)) {
      task.run();
    }
  }

  /** From now on the task does not run any more. */
  void disarm() {
    armed.set(false);
  }

  @Override
  public void close() {
    disarm();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the process is ending already, and the hook, disarmed, does nothing
      armed.set(false);
    }
  }
}
