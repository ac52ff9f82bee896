package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node that runs no member looks at the folder of one, and leaves it as it is. */
@Timeout(60)
class WithoutMemberTest {
  private static final String UNUSED =
      "milena quorum 1\ncluster another\nnode 1\ndirectory kRb3Uy_0Q7eW8Wc8uX2q5A\n";

  @TempDir Path folder;

  @Test
  void anUnusedFolderOfAnotherClusterIsLeftAsItIs() throws Exception {
    QuorumSettings settings = Members.single(folder, QuorumTuning.DEFAULT);
    Files.writeString(settings.identityFile(), UNUSED);

    WithoutMember.check(settings);

    assertEquals(UNUSED, Files.readString(settings.identityFile()));
  }

  @Test
  void aFolderOfAnotherClusterThatWasUsedIsRefused() throws Exception {
    QuorumSettings settings = Members.single(folder, QuorumTuning.DEFAULT);
    String used = UNUSED + "opened\n";
    Files.writeString(settings.identityFile(), used);

    assertThrows(ForeignStorage.class, () -> WithoutMember.check(settings));

    assertEquals(used, Files.readString(settings.identityFile()));
  }
}
