package dev.milena.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.milena.node.exit.CannotStart;
import dev.milena.node.exit.ExitCode;
import dev.milena.quorum.ratis.StoodStill;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class QuorumWiringTest {
  @Test
  void aProcessThatStoodStillBlamesWhatIsAroundItAndNoDisk() {
    StoodStill stood = new StoodStill(71_200, 30_000, new IOException("Ratis closed the group"));

    CannotStart end = QuorumWiring.broken(String.valueOf(stood.getMessage()), stood);

    assertEquals(ExitCode.ENVIRONMENT, end.code());
    assertEquals(ExitCode.STORAGE, QuorumWiring.broken("EIO", new IOException("EIO")).code());
  }
}
