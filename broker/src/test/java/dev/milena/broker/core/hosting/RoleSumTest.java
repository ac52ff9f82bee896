package dev.milena.broker.core.hosting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class RoleSumTest {
  private final RoleSum sum = new RoleSum();

  private void tellFew() {
    for (int i = 0; i < RoleSum.FEW; i++) {
      assertTrue(sum.isTold(RoleSum.Role.LED));
    }
  }

  @Test
  void fewAreToldOfOneByOneInEachTurn() {
    tellFew();
    assertEquals(Optional.empty(), sum.take());
    tellFew();
  }

  @Test
  void ofManyTheSumIsTold() {
    tellFew();
    for (RoleSum.Role role : RoleSum.Role.values()) {
      assertFalse(sum.isTold(role));
    }
    assertFalse(sum.isTold(RoleSum.Role.FOLLOWED));

    assertEquals(Optional.of(new RoleSum.Counts(1, 2, 1)), sum.take());
    assertEquals(Optional.empty(), sum.take());
  }
}
