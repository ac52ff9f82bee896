package dev.milena.it.nemesis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FaultPlanTest {
  private static final Set<FaultKind> ALL = EnumSet.allOf(FaultKind.class);
  private static final int MANY = 2_000;

  @Test
  void aSeedHasTheSameFaultsEachTime() {
    assertEquals(faults(7, ALL), faults(7, ALL));
    assertNotEquals(faults(7, ALL), faults(8, ALL));
  }

  @Test
  void eachKindComesAndHitsEachNodeForAsLongAsItMay() {
    Set<FaultKind> kinds = EnumSet.noneOf(FaultKind.class);
    Set<String> pairs = new HashSet<>();
    for (Fault fault : faults(1, ALL)) {
      kinds.add(fault.kind());
      pairs.add(fault.node() + ">" + fault.other());
      assertTrue(
          fault.lastsMs() >= fault.kind().leastMs && fault.lastsMs() <= fault.kind().mostMs,
          fault.toString());
    }
    assertEquals(ALL, kinds);
    assertEquals(Set.of("1>2", "1>3", "2>1", "2>3", "3>1", "3>2"), pairs);
  }

  @Test
  void onlyKindsThatAreWantedCome() {
    Set<FaultKind> wanted = EnumSet.of(FaultKind.KILL, FaultKind.CUT);
    for (Fault fault : faults(3, wanted)) {
      assertTrue(wanted.contains(fault.kind()), fault.toString());
    }
  }

  private static List<Fault> faults(long seed, Set<FaultKind> kinds) {
    FaultPlan plan = new FaultPlan(seed, kinds, 3);
    return Stream.generate(plan::next).limit(MANY).toList();
  }
}
