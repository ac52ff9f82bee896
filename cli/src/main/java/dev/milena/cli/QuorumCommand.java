package dev.milena.cli;

import dev.milena.client.Admin;
import dev.milena.client.MilenaClient;
import dev.milena.client.QuorumDetails;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code kafkactl quorum}: who votes, how far each is, and changing who does. */
@Command(
    name = "quorum",
    description = "Shows the quorum that coordinates the cluster, and changes who votes in it.",
    synopsisHeading = "Usage:%n",
    customSynopsis = {
      "  kafkactl quorum --describe [--json]",
      "  kafkactl quorum --add-voter ID@HOST:PORT",
      "  kafkactl quorum --remove-voter ID"
    },
    optionListHeading = "%nOptions:%n")
final class QuorumCommand implements Callable<Integer> {
  private static final Pattern VOTER = Pattern.compile("([0-9]{1,10})@(.+)");

  @ParentCommand private @Nullable Kafkactl tool;

  @Option(
      names = "--describe",
      description = "Show the leader, its log, and how far each voter is behind.")
  private boolean describe;

  @Option(
      names = "--add-voter",
      paramLabel = "ID@HOST:PORT",
      description =
          "Make a running node a voter, or give one that lost its disk its vote back. HOST:PORT is its quorum listener.")
  private @Nullable String addVoter;

  @Option(
      names = "--remove-voter",
      paramLabel = "ID",
      description = "Take a voter's vote; the node stays a broker.")
  private @Nullable Integer removeVoter;

  @Override
  public Integer call() {
    List<String> asked = asked();
    if (asked.size() != 1) {
      throw CommandFailed.usage(
          "quorum takes one of --describe, --add-voter ID@HOST:PORT and --remove-voter ID, got "
              + (asked.isEmpty() ? "none" : String.join(" and ", asked)));
    }
    Kafkactl parent = Objects.requireNonNull(tool, "picocli sets the parent");
    boolean json = parent.wantsJson();
    try (MilenaClient client = parent.client()) {
      DataOut out = new DataOut(parent.surroundings().out());
      if (describe) {
        QuorumDetails quorum = client.admin().describeQuorum();
        out.put(json ? QuorumListing.quorumJson(quorum) : QuorumListing.quorum(quorum));
        out.flush();
        QuorumListing.troubles(quorum).forEach(one -> say(parent, one));
        return quorum.leader().isPresent() ? ExitCode.DONE : ExitCode.REFUSED;
      } else if (addVoter != null) {
        add(client.admin(), addVoter, json, out);
      } else if (removeVoter != null) {
        var left = client.admin().removeVoter(removeVoter);
        out.put(
            json
                ? QuorumListing.votersJson("removed", removeVoter, left)
                : QuorumListing.changed("Removed voter ", removeVoter, left));
      }
      out.flush();
    }
    return ExitCode.DONE;
  }

  private static void say(Kafkactl parent, String trouble) {
    parent.surroundings().say("kafkactl: " + trouble);
  }

  private List<String> asked() {
    List<String> asked = new ArrayList<>();
    if (describe) {
      asked.add("--describe");
    }
    if (addVoter != null) {
      asked.add("--add-voter");
    }
    if (removeVoter != null) {
      asked.add("--remove-voter");
    }
    return asked;
  }

  private static void add(Admin admin, String typed, boolean json, DataOut out) {
    Matcher voter = VOTER.matcher(typed);
    if (!voter.matches() || Long.parseLong(voter.group(1)) > Integer.MAX_VALUE) {
      throw CommandFailed.usage(
          "--add-voter takes ID@HOST:PORT, for example 4@host-4:9093, got \"" + typed + "\"");
    }
    int id = Integer.parseInt(voter.group(1));
    var now = admin.addVoter(id, voter.group(2));
    out.put(
        json
            ? QuorumListing.votersJson("added", id, now)
            : QuorumListing.changed("Added voter ", id, now));
  }
}
