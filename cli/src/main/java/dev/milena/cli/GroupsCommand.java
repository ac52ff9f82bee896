package dev.milena.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/**
 * {@code kafkactl groups} in a release that has none: whoever types it gets an answer, and help
 * does not offer it.
 */
@Command(name = "groups", hidden = true)
final class GroupsCommand implements Callable<Integer> {
  // only so that nothing typed is refused before it is answered
  @SuppressWarnings("UnusedVariable")
  @Unmatched
  private List<String> whatever = new ArrayList<>();

  @Override
  public Integer call() {
    throw CommandFailed.refused(
        "consumer groups are not part of this release of Milena; kafkactl consume reads all partitions of a topic without one, from --from-beginning, --offset or --from-time");
  }
}
