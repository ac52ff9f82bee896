package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StandstillTest {
  private final AtomicLong nowMs = new AtomicLong(1_000);
  private final Standstill standstill = new Standstill(nowMs::get);
  private final List<String> said = new ArrayList<>();
  private final List<Throwable> causes = new ArrayList<>();
  private final Halt halt =
      standstill.explaining((what, cause) -> {
        said.add(what);
        causes.add(cause);
      });

  @Test
  void aMemberThatRatisClosesAfterAStandstillEndsForThat() {
    ClosedUnasked closed = ClosedUnasked.log();
    nowMs.addAndGet(71_200);
    halt.halt("closed; the log above says why", closed);
    standstill.tick();
    nowMs.addAndGet(4_000);
    halt.halt("closed; the log above says why", closed);

    String sentence =
        "this process stood still for 71 s, and a member of the quorum that does so for more than 30 s ends; find what stopped it (SIGSTOP, a suspended virtual machine, swapping, garbage collection), then start it again";
    assertEquals(List.of(sentence, sentence), said);
    for (Throwable cause : causes) {
      assertSame(closed, assertInstanceOf(StoodStill.class, cause).getCause());
    }
  }

  @Test
  void aDiskThatFailsAfterAStandstillIsNoStandstill() {
    IOException disk = new IOException("EIO");
    nowMs.addAndGet(71_200);
    halt.halt("the quorum's log cannot be written: EIO", disk);

    assertEquals(List.of("the quorum's log cannot be written: EIO"), said);
    assertEquals(List.of(disk), causes);
  }

  @Test
  void aMemberThatRatisClosesWithoutAStandstillEndsAsBefore() {
    ClosedUnasked closed = ClosedUnasked.log();
    nowMs.addAndGet(29_000);
    standstill.tick();
    halt.halt("closed; the log above says why", closed);

    assertEquals(List.of("closed; the log above says why"), said);
    assertEquals(List.of(closed), causes);
  }

  /** Ratis watches with a thread of its own, which may be kept from running when ours is not. */
  @Test
  void aServerThatRatisShutDownForAPauseThatItAloneMeasuredIsSaidWithTheBoundAndTheNextStep() {
    ClosedUnasked closed = ClosedUnasked.server();
    nowMs.addAndGet(29_000);
    standstill.tick();
    halt.halt("Ratis shut its server down", closed);

    assertEquals(
        List.of(
            "Ratis shut its server down: as it measured, this process stood still for more than 30 s, and a member of the quorum that does so ends; find what stopped it (SIGSTOP, a suspended virtual machine, swapping, garbage collection, too few processors), then start it again"),
        said);
    assertSame(closed, assertInstanceOf(StoodStill.class, causes.getFirst()).getCause());
  }
}
