package dev.milena.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.metadata.MetadataCommand.NoteVoters;
import dev.milena.metadata.MetadataRecord.VotersNoted;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NoteVotersTest {
  private static final VoterImage ONE = new VoterImage(1, "d1", "h1", 9093);
  private static final VoterImage TWO = new VoterImage(2, "d2", "h2", 9093);
  private static final VoterImage THREE = new VoterImage(3, "d3", "h3", 9093);

  private final ClusterScript cluster = new ClusterScript();

  private List<MetadataRecord> note(long configurationIndex, VoterImage... voters) {
    cluster.accept(new NoteVoters(configurationIndex, List.of(voters)));
    return cluster.entries().getLast();
  }

  private static List<MetadataRecord> noted(
      long index, List<VoterImage> now, List<VoterImage> added, List<VoterImage> removed) {
    return List.of(new VotersNoted(new VotersImage(index, now), added, removed));
  }

  @Test
  void theFirstVotersAreAllAdded() {
    assertEquals(VotersImage.NONE, cluster.image().voters());

    List<VoterImage> all = List.of(ONE, TWO, THREE);
    assertEquals(noted(0, all, all, List.of()), note(0, THREE, ONE, TWO));

    assertEquals(new VotersImage(0, all), cluster.image().voters());
  }

  @Test
  void whoComesAndWhoGoesIsTold() {
    note(0, ONE, TWO);

    assertEquals(
        noted(7, List.of(ONE, TWO, THREE), List.of(THREE), List.of()), note(7, ONE, TWO, THREE));
    assertEquals(noted(9, List.of(TWO, THREE), List.of(), List.of(ONE)), note(9, TWO, THREE));
  }

  @Test
  void anEmptiedVoterIsReplacedByTheSameNodeWithAnotherDirectory() {
    note(0, ONE, TWO);
    VoterImage again = new VoterImage(2, "e2", "h2", 9093);

    assertEquals(noted(5, List.of(ONE, again), List.of(again), List.of(TWO)), note(5, ONE, again));
  }

  @Test
  void theSameVotersAreNotNotedTwiceInWhateverOrderTheyAreNamed() {
    note(3, ONE, TWO);

    assertEquals(List.of(), note(3, ONE, TWO));
    assertEquals(List.of(), note(40, TWO, ONE));
    assertEquals(3, cluster.image().voters().configurationIndex());
  }

  @Test
  void whatComesLateChangesNothing() {
    note(3, ONE, TWO);
    note(8, ONE);

    assertEquals(List.of(), note(3, ONE, TWO));
    assertEquals(List.of(), note(8, ONE, TWO));
    assertEquals(new VotersImage(8, List.of(ONE)), cluster.image().voters());
  }

  @Test
  void noVotersAreNoNews() {
    assertEquals(List.of(), note(3));
    note(4, ONE);
    assertEquals(List.of(), note(5));
  }

  @Test
  void theRecordsAddUpToTheVotersThatAPlainListHas() {
    for (long seed = 1; seed <= 50; seed++) {
      RandomCommands commands = new RandomCommands(seed);
      ClusterScript script = new ClusterScript();
      List<VoterImage> twin = new ArrayList<>();
      long twinIndex = VotersImage.NO_INDEX;
      for (int step = 0; step < 300; step++) {
        MetadataCommand command = commands.next(script.image());
        script.apply(command);
        List<MetadataRecord> records = script.entries().getLast();
        String what = "seed %s step %s: %s".formatted(seed, step, command);
        if (command instanceof NoteVoters(long index, List<VoterImage> voters)
            && index > twinIndex
            && !voters.isEmpty()
            && !(voters.size() == twin.size() && twin.containsAll(voters))) {
          VotersNoted noted = (VotersNoted) records.getFirst();
          assertTrue(twin.removeAll(noted.removed()) || noted.removed().isEmpty(), what);
          twin.addAll(noted.added());
          assertEquals(sorted(voters), sorted(twin), what);
          twinIndex = index;
        } else if (command instanceof NoteVoters) {
          assertEquals(List.of(), records, what);
        }
        assertEquals(new VotersImage(twinIndex, sorted(twin)), script.image().voters(), what);
      }
    }
  }

  private static List<VoterImage> sorted(List<VoterImage> voters) {
    return voters.stream().sorted().toList();
  }
}
