package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.quorum.ratis.formation.PeerName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.IntStream;
import org.apache.ratis.util.CodeInjectionForTesting;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * That there is a log is on the disk before a member has a role in which it could vote for itself
 * or for another.
 */
@Timeout(120)
class OpenedNoteTest {
  /** Where Ratis (3.3.0) has just begun the role, on the thread that opens the log. */
  private static final String BEGUN = "RaftServerImpl.startComplete";

  private final ConcurrentNavigableMap<Integer, String> identities = new ConcurrentSkipListMap<>();

  @AfterEach
  void stop() {
    CodeInjectionForTesting.remove(BEGUN);
  }

  @Test
  void aLogThatIsOpenedAtOnceIsNotedBeforeItsMemberHasARole(@TempDir Path folder) throws Exception {
    assertNotedInTime(folder, 1);
  }

  @Test
  void aLogThatIsOpenedLaterIsNotedBeforeItsMemberHasARole(@TempDir Path folder) throws Exception {
    assertNotedInTime(folder, 2);
  }

  private void assertNotedInTime(Path folder, int voters) throws Exception {
    try (TestQuorum quorum = new TestQuorum(folder, voters, Members.SMALL_LOG)) {
      CodeInjectionForTesting.put(BEGUN, (member, _, _) -> look(quorum, member));
      quorum.startAll();
      Members.bringUpBroker(quorum.leader(), 1);

      assertEquals(voters, identities.size(), identities::toString);
      IntStream.rangeClosed(1, voters)
          .forEach(id ->
              assertTrue(
                  identities.getOrDefault(id, "").lines().anyMatch("opened"::equals),
                  identities::toString));
    }
  }

  private boolean look(TestQuorum quorum, Object member) {
    int id = PeerName.parse(member.toString()).orElseThrow().nodeId();
    try {
      identities.put(id, Files.readString(quorum.settings(id).identityFile()));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    return true;
  }
}
