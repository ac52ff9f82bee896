package dev.milena.it.process;

import java.util.Optional;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Has bin/ built before the first test that may run a process: a build and the recording of the
 * start-up archive take longer than any test may. Tests of the house's rules run none. JUnit makes
 * it, by its name in META-INF/services.
 */
public final class BuildBeforeTests implements TestExecutionListener {
  private static final String HOUSE = "dev.milena.it.house.";

  /** For JUnit. */
  public BuildBeforeTests() {}

  @Override
  public void testPlanExecutionStarted(TestPlan plan) {
    boolean runsProcesses =
        plan.getRoots().stream()
            .flatMap(root -> plan.getDescendants(root).stream())
            .map(TestIdentifier::getSource)
            .flatMap(Optional::stream)
            .anyMatch(
                source -> source instanceof ClassSource of && !of.getClassName().startsWith(HOUSE));
    if (runsProcesses) {
      var _ = Checkout.script("milena");
    }
  }
}
