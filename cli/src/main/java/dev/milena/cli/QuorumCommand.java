package dev.milena.cli;

import dev.milena.client.Admin;
import dev.milena.client.MilenaClient;
import dev.milena.client.QuorumDetails;
import dev.milena.client.connection.HostPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
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

  private static final String LOOK = "kafkactl quorum --describe";

  /** What {@code --add-voter} names: the node and its quorum listener. */
  private record Voter(int id, HostPort address) {}

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
    // before anybody is asked: a slip of the pen is no refusal of the cluster's
    Optional<Voter> added = Optional.ofNullable(addVoter).map(QuorumCommand::voter);
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
      } else if (added.isPresent()) {
        add(client.admin(), added.get(), json, out);
      } else if (removeVoter != null) {
        int removed = removeVoter;
        var left = PerhapsDone.change(() -> client.admin().removeVoter(removed), LOOK);
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

  /** Reads ID@HOST:PORT as the quorum would, so that what is malformed is wrong usage. */
  private static Voter voter(String typed) {
    Matcher form = VOTER.matcher(typed);
    if (!form.matches() || Long.parseLong(form.group(1)) > Integer.MAX_VALUE) {
      throw noVoter(typed);
    }
    try {
      return new Voter(Integer.parseInt(form.group(1)), HostPort.parse(form.group(2)));
    } catch (IllegalArgumentException noAddress) {
      throw noVoter(typed);
    }
  }

  private static CommandFailed noVoter(String typed) {
    return CommandFailed.usage(
        ("--add-voter takes ID@HOST:PORT, where HOST:PORT is the node's quorum listener (a port"
                + " from 1 to %s, an IPv6 address in brackets), for example 4@host-4:9093 or"
                + " 4@[::1]:9093; got \"%s\"")
            .formatted(HostPort.MAX_PORT, typed));
  }

  private static void add(Admin admin, Voter voter, boolean json, DataOut out) {
    var now =
        PerhapsDone.change(() -> admin.addVoter(voter.id(), voter.address().toString()), LOOK);
    out.put(
        json
            ? QuorumListing.votersJson("added", voter.id(), now)
            : QuorumListing.changed("Added voter ", voter.id(), now));
  }
}
