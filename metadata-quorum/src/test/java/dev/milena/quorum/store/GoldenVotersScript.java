package dev.milena.quorum.store;

import dev.milena.metadata.IncarnationId;
import dev.milena.metadata.MetadataCommand.CreateTopic;
import dev.milena.metadata.MetadataCommand.NoteVoters;
import dev.milena.metadata.MetadataCommand.RegisterBroker;
import dev.milena.metadata.MetadataCommand.UnfenceBroker;
import dev.milena.metadata.ReplicaPlan;
import dev.milena.metadata.RequestId;
import dev.milena.metadata.VoterImage;
import java.util.ArrayList;
import java.util.List;
import org.pcollections.TreePMap;

/**
 * The golden log of notes of the quorum's voters, which came after {@link GoldenScript} was checked
 * in: voters come, go and are replaced; notes come twice, late, and in another's term.
 */
final class GoldenVotersScript {
  private static final long SEED = 20_261_126;
  private static final int BY_CHANCE = 60;

  private final GoldenLog log = new GoldenLog(SEED);

  private GoldenVotersScript() {}

  static GoldenLog log() {
    GoldenVotersScript script = new GoldenVotersScript();
    script.comeAndGo();
    script.amongOtherCommands();
    script.chance();
    return script.log;
  }

  private void comeAndGo() {
    log.gap().add(new NoteVoters(0, List.of(voter(3, 0), voter(1, 0), voter(2, 0))));
    log.add(new NoteVoters(0, List.of(voter(1, 0), voter(2, 0), voter(3, 0))));
    log.gap().add(new NoteVoters(log.index(), List.of(voter(1, 0), voter(2, 0))));
    log.add(new NoteVoters(0, List.of(voter(1, 0), voter(2, 0), voter(3, 0))));
    log.term(2).gap().add(new NoteVoters(log.index(), List.of(voter(2, 0), voter(1, 0))));
    log.gap().add(new NoteVoters(log.index(), List.of(voter(1, 0), voter(2, 0), voter(3, 1))));
    log.gap().add(new NoteVoters(log.index(), List.of(voter(1, 0), voter(2, 1), voter(3, 1))));
    log.add(new NoteVoters(log.index(), List.of()));
    RequestId request = new RequestId(9, 1);
    NoteVoters last = new NoteVoters(log.index(), List.of(voter(1, 0), voter(3, 1)));
    log.add(request, 1, last).add(request, 2, last).add(request, 2, last);
    log.add(new NoteVoters(log.index(), List.of(new VoterImage(4, "", "::1", 9093))));
  }

  private void amongOtherCommands() {
    log.add(new RegisterBroker(1, "h1", 9092, "", new IncarnationId(1, 1), IncarnationId.NONE));
    log.add(new UnfenceBroker(1, log.broker(1).brokerEpoch()));
    log.add(
        new CreateTopic("t", 2, new ReplicaPlan.Factor(1), TreePMap.<String, String>empty(), 0));
  }

  private void chance() {
    for (int i = 0; i < BY_CHANCE; i++) {
      List<VoterImage> voters = new ArrayList<>();
      for (int id = 1; id <= 5; id++) {
        if (log.random().nextInt(3) != 0) {
          voters.add(voter(id, log.random().nextInt(3) / 2));
        }
      }
      log.add(new NoteVoters(log.index() - log.random().nextInt(4), voters));
    }
  }

  private static VoterImage voter(int id, int directory) {
    return new VoterImage(
        id, Integer.toString(directory).repeat(22), "h%s.example".formatted(id), 9093);
  }
}
