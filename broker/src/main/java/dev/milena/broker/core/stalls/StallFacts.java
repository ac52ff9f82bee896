package dev.milena.broker.core.stalls;

import dev.milena.log.disk.OutstandingCalls;
import java.nio.file.Path;
import java.util.List;

/**
 * What is under way at one look.
 *
 * @param directories all of log.dirs
 * @param loops all partition loops
 */
public record StallFacts(List<Directory> directories, List<Loop> loops) {
  /** Copies the lists. */
  public StallFacts {
    directories = List.copyOf(directories);
    loops = List.copyOf(loops);
  }

  /**
   * One entry of log.dirs.
   *
   * @param root where it is
   * @param calls to its disk that have not come back
   */
  public record Directory(Path root, List<OutstandingCalls.Call> calls) {
    /** Copies the list. */
    public Directory {
      calls = List.copyOf(calls);
    }
  }

  /**
   * One partition loop.
   *
   * @param name of its thread
   * @param turning whether it is in a turn
   * @param steps how many it has made; while it is stuck they do not grow
   */
  public record Loop(String name, boolean turning, long steps) {}
}
