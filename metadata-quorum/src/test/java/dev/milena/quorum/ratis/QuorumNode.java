package dev.milena.quorum.ratis;

import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.ReadAnswer;
import dev.milena.quorum.ratis.formation.Voter;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A member in a process of its own, for tests that kill, pause or move it; see {@link
 * QuorumProcess}. Takes a command a line on standard input and answers each with a line.
 */
final class QuorumNode {
  private QuorumNode() {}

  /** Arguments: node id, host and port to listen on, folder, then the voters as ID@HOST:PORT. */
  public static void main(String[] arguments) throws Exception {
    int id = Integer.parseInt(arguments[0]);
    List<Voter> voters = Arrays.stream(arguments).skip(4).map(QuorumNode::voter).toList();
    QuorumServer server =
        QuorumServer.start(
            new QuorumSettings(
                TestQuorum.CLUSTER,
                id,
                voters,
                arguments[1],
                Integer.parseInt(arguments[2]),
                Path.of(arguments[3]),
                tuning()),
            (what, cause) -> {
              System.out.println("halt " + what + ": " + cause);
              System.out.flush();
              Runtime.getRuntime().halt(3);
            });
    say("started");
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (server) {
      for (String line = commands.readLine(); line != null; line = commands.readLine()) {
        say(answer(server, line.split(" ")));
      }
    } finally {
      // whoever waits for an answer is to hear that there will be none
      System.out.close();
    }
  }

  private static QuorumTuning tuning() {
    QuorumTuning tuning =
        Boolean.getBoolean("quorum.smallLog")
            ? Members.smallLog(Long.getLong("quorum.keptEntries", 1_000))
            : QuorumTuning.DEFAULT;
    return tuning.withElectionMs(Integer.getInteger("quorum.electionMs", tuning.electionMs()));
  }

  static Voter voter(String text) {
    String[] parts = text.split("[@:]");
    return new Voter(Integer.parseInt(parts[0]), parts[1], Integer.parseInt(parts[2]));
  }

  private static String answer(QuorumServer server, String[] words) throws Exception {
    return switch (words[0]) {
      case "broker" -> {
        // processes that start together on a busy machine take their time
        try {
          TestQuorum.await("a leader", () -> server.status().leader().isPresent());
        } catch (AssertionError withoutLeader) {
          sayWhereThreadsAre();
          throw withoutLeader;
        }
        Members.bringUpBroker(server, 1);
        yield "up";
      }
      case "topic" -> topic(server, words[1], Long.parseLong(words[2]));
      case "fill" -> {
        Members.fill(server, Integer.parseInt(words[1]));
        yield "filled";
      }
      case "commands" -> commands(server, Integer.parseInt(words[1]));
      case "gathered" -> GatheredChanges.measure(server, Integer.parseInt(words[1]));
      case "read" -> read(server, Long.parseLong(words[1]));
      case "status" -> {
        QuorumStatus status = server.status();
        yield "%s %s %s %s"
            .formatted(status.stage(), status.leading(), status.term(), server.stateHash());
      }
      case "add" -> changed(server.addVoter(voter(words[1]), Members.ORIGIN));
      case "remove" -> changed(server.removeVoter(Integer.parseInt(words[1]), Members.ORIGIN));
      default -> throw new IllegalArgumentException(words[0]);
    };
  }

  /** Into the log: which thread waits for what, for a failed test. */
  private static void sayWhereThreadsAre() {
    Thread.getAllStackTraces()
        .forEach((thread, frames) -> {
          if (thread.getName().contains("quorum") || thread.getName().contains("group")) {
            System.err.println(thread);
            Stream.of(frames).limit(20).forEach(frame -> System.err.println("  at " + frame));
          }
        });
  }

  private static String topic(QuorumServer server, String name, long timeoutMs) throws Exception {
    long began = System.nanoTime();
    QuorumAnswer answer =
        Members.await(server.submit(Members.createTopic(name, 1), Members.ORIGIN, timeoutMs));
    long tookUs = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - began);
    return switch (answer) {
      case QuorumAnswer.Decided decided -> "decided " + tookUs;
      case QuorumAnswer.Refused refused -> "refused " + refused.refusal().message();
      case QuorumAnswer.TimedOut timedOut -> "timed-out";
      case QuorumAnswer.Unavailable unavailable -> "unavailable " + unavailable.why();
    };
  }

  /** Sets a topic's config, one command at a time, and tells how long each took. */
  private static String commands(QuorumServer server, int count) throws Exception {
    Members.await(server.submit(Members.createTopic("t0", 1), Members.ORIGIN, 20_000));
    List<Long> nanos = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long began = System.nanoTime();
      Members.decided(
          server.submit(Members.setRetention("t0", 1_000_000 + i), Members.ORIGIN, 20_000));
      nanos.add(System.nanoTime() - began);
    }
    return QuorumTimes.summary(nanos);
  }

  private static String changed(CompletionStage<VoterChange> change) throws Exception {
    return switch (Members.await(change)) {
      case VoterChange.Done done -> "done " + String.join(",", done.voters());
      case VoterChange.NotLeader notLeader -> "not-leader";
      case VoterChange.Refused refused -> "refused " + refused.why();
      case VoterChange.InDoubt inDoubt -> "in-doubt " + inDoubt.why();
    };
  }

  private static String read(QuorumServer server, long timeoutMs) throws Exception {
    return switch (Members.await(server.readIndex(timeoutMs))) {
      case ReadAnswer.CaughtUp caughtUp -> "caught-up";
      case ReadAnswer.Unavailable unavailable -> "unavailable";
    };
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
