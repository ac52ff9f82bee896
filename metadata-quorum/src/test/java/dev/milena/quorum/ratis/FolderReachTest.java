package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class FolderReachTest {
  private final Object member = new Object();

  @Test
  void entriesThatAreNotOnTheDiskWaitForItsSync() {
    assertEquals(
        Optional.of(new FolderStall.Out("a sync of the quorum's log", 7)),
        new FolderReach(member, 8, 7).unsynced(member));
    assertEquals(Optional.empty(), new FolderReach(member, 7, 7).unsynced(member));
  }

  @Test
  void whatWasSeenOfTheLogOfAMemberThatWasRemovedSaysNothingOfTheDisk() {
    assertEquals(Optional.empty(), new FolderReach(member, 8, 7).unsynced(new Object()));
    assertEquals(Optional.empty(), FolderReach.NONE.unsynced(member));
  }
}
