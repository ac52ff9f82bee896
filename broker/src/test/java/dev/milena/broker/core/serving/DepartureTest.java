package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.log.disk.JdkDisk;
import dev.milena.metadata.BrokerImage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a run takes its leave of the cluster. */
@Timeout(60)
class DepartureTest extends CoreOnThreads {
  @Test
  void aRunThatLeavesIsStoppingAndThenFenced() throws Exception {
    try (CoreWiring core = started(new JdkDisk())) {
      core.handOver();
      assertTrue(row().stopping());
      assertFalse(row().fenced());

      core.leave();
      assertTrue(row().fenced());
    }
  }

  @Test
  void aRunThatWasRefusedItsIdLeavesTheOneThatHasItAlone() throws Exception {
    try (CoreWiring _ = started(new JdkDisk());
        CoreWiring second = openedIn("elsewhere", new JdkDisk(), quorum)) {
      Registrant who = Registrant.alone("127.0.0.1", 9093, "");
      RegistrationRefused refused =
          assertThrows(
              RegistrationRefused.class, () -> second.register(who, TimeUnit.SECONDS.toMillis(2)));
      assertTrue(refused.toString().contains("in use"), refused.toString());

      second.handOver();
      second.leave();

      assertFalse(row().stopping());
      assertFalse(row().fenced());
    }
  }

  private BrokerImage row() {
    return quorum.image().broker(1).orElseThrow();
  }
}
