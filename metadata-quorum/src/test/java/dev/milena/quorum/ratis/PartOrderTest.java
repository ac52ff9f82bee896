package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PartOrderTest {
  @Test
  void aFirstPartBeginsAndTheOthersFollowOneByOne() {
    assertTrue(PartOrder.NOTHING.expects("a", 0));
    assertFalse(PartOrder.NOTHING.expects("a", 1));
    PartOrder two = PartOrder.NOTHING.with("a", 0).with("a", 1);

    assertTrue(two.expects("a", 2));
    assertFalse(two.expects("a", 1));
    assertFalse(two.expects("a", 3));
  }

  @Test
  void partsOfASendingThatWasGivenUpAreNotTheNextOfAnother() {
    PartOrder anew = PartOrder.NOTHING.with("a", 0).with("a", 1).with("b", 0).with("b", 1);

    assertFalse(anew.expects("a", 2));
    assertTrue(anew.expects("b", 2));
    assertTrue(anew.expects("c", 0));
  }
}
