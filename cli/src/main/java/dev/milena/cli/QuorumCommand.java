package dev.milena.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/**
 * {@code kafkactl quorum} in a release that has none: whoever types it gets an answer, and help
 * does not offer it.
 */
@Command(name = "quorum", hidden = true)
final class QuorumCommand implements Callable<Integer> {
  // only so that nothing typed is refused before it is answered
  @SuppressWarnings("UnusedVariable")
  @Unmatched
  private List<String> whatever = new ArrayList<>();

  @Override
  public Integer call() {
    throw CommandFailed.refused(
        "kafkactl cannot look at the quorum or change it in this release of Milena; kafkactl cluster --describe shows the brokers");
  }
}
