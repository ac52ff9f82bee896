package dev.milena.node.exit;

import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Knows the log lines that belong to every stop that somebody asked for: the node closes its doors
 * before its quorum member, members of a cluster that stop together lose each other, and Ratis
 * warns of each, with stack traces. Whoever asked for the stop need not read it.
 *
 * <p>A line is passed over only when both the logger and what it says are known. What these loggers
 * say of anything else, and all that others say (files, disks, the log, snapshots), is printed as
 * ever. Pure.
 */
final class StopTalk {
  /** As slf4j-simple is told to write it: time, thread, level, short name of the logger, words. */
  private static final Pattern LINE =
      Pattern.compile("\\S+ \\[.*?] \\[(INFO|WARN|ERROR)] (\\S+) - (.*)", Pattern.DOTALL);

  /** What Ratis says about connections, and about requests that come while it closes. */
  private static final Set<String> RATIS =
      Set.of(
          "RaftServer$Division",
          "GrpcLogAppender",
          "GrpcServerProtocolService",
          "TransferLeadership",
          "GrpcUtil");

  private static final List<String> OF_PARTING =
      List.of(
          "is interrupted: java.lang.InterruptedException",
          "CANCELLED",
          "UNAVAILABLE",
          "Follower failed (request=",
          "Failed to recognize ",
          "Failed to startLeaderElection for ",
          "Failed appendEntries",
          "appendEntries* failed",
          "Failed APPEND_ENTRIES request",
          "APPEND_ENTRIES onError",
          "Lost leadership on",
          "received NOT_LEADER reply",
          "caughtUp=",
          "gracefully shutting down connection",
          "forcefully shutting down connection");

  private StopTalk() {}

  /** Whether a line, while the node is stopping as asked, says nothing but that it is. */
  static boolean isUsual(String line) {
    Matcher parts = LINE.matcher(line);
    return parts.matches() && isUsual(parts.group(1), parts.group(2), parts.group(3));
  }

  private static boolean isUsual(String level, String logger, String words) {
    return switch (logger) {
      // the session goes through this node's own door too, which is closed first
      case "SessionClient" -> words.contains("no session with the quorum here");
      case "FollowFeed" -> words.contains("cannot follow this member");
      // at INFO: of a broker that has said that it stops
      case "TermDuties" -> level.equals("INFO") && words.contains("fencing a broker");
      // the last member that stops finds nobody to take over; an election does the same
      case "LeadershipTransfer" -> words.contains("leadership was not handed over");
      default -> RATIS.contains(logger) && OF_PARTING.stream().anyMatch(words::contains);
    };
  }
}
