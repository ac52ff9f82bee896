package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.Answer;
import dev.milena.quorum.ratis.formation.Introduction;
import dev.milena.quorum.ratis.formation.IntroductionRequest;
import dev.milena.quorum.ratis.formation.Voter;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The other voters that the settings name: asks all of them at once, and says who is awaited. */
final class NamedVoters {
  private static final Logger log = LoggerFactory.getLogger(NamedVoters.class);

  private final int nodeId;
  private final List<Voter> others;
  private final Executor blocking;
  private final Reminder reminder = new Reminder();

  /**
   * @param blocking runs what waits for the network
   */
  NamedVoters(int nodeId, List<Voter> voters, Executor blocking) {
    this.nodeId = nodeId;
    this.others = voters.stream().filter(voter -> voter.id() != nodeId).toList();
    this.blocking = blocking;
  }

  /** What they say of themselves, by node id; one that is late is missing. */
  SortedMap<Integer, Answer> ask(Introduction self) throws InterruptedException {
    IntroductionRequest request =
        new IntroductionRequest(self.clusterId(), self.peer(), Optional.empty());
    TreeMap<Integer, Answer> answers = new TreeMap<>();
    new Questions(others, request, blocking)
        .awaitAll()
        .forEach((voter, answer) -> answers.put(voter.id(), answer));
    return answers;
  }

  /** Says who is waited for: at once, then every 10 s. */
  void say(List<String> waitingFor) {
    if (reminder.isDue()) {
      log.atInfo()
          .addKeyValue("node", nodeId)
          .addKeyValue("waitingFor", waitingFor)
          .log("the quorum is not formed yet; every named voter is needed once");
    }
  }
}
