package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.metadata.MetadataCommand;
import dev.milena.quorum.store.StateHashAt;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever ends a member, its term and vote are put back first where a full disk has cost them. */
@Timeout(120)
class SecuredHaltTest {
  private final List<Boolean> wholeAtHalt = new CopyOnWriteArrayList<>();

  @Test
  void termAndVoteArePutBackBeforeAStateInDoubtEndsTheProcessAndAgainAtTheStop(@TempDir Path folder)
      throws Exception {
    QuorumSettings settings = Members.single(folder, QuorumTuning.DEFAULT);
    Path current = Members.groupFolder(settings).resolve("current");
    try (QuorumServer member =
        QuorumServer.start(settings, (_, _) -> wholeAtHalt.add(isWhole(current)))) {
      Members.bringUpBroker(member, 1);
      Members.fill(member, 1_000);
      StateHashAt noted = member.latestStateHash().orElseThrow();

      loseTerm(current);
      Members.decided(
          member.submitAsLeader(
              new MetadataCommand.CheckStateHash(noted.index(), noted.stateHash() + 1),
              Members.ORIGIN,
              member.status().term(),
              Members.TIMEOUT_MS));

      TestQuorum.await("the halt", () -> !wholeAtHalt.isEmpty());
      assertEquals(List.of(true), wholeAtHalt);
      // it is stopping all the same, say: what happens now happens once more
      loseTerm(current);
    }
    assertTrue(isWhole(current));
  }

  private static void loseTerm(Path current) throws IOException {
    Files.write(current.resolve("raft-meta"), new byte[0]);
  }

  private static boolean isWhole(Path current) {
    try {
      return TermReserve.term(current).isPresent();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
