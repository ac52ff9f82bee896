package dev.milena.broker.core.serving;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Takes one answer and complains about a second. */
final class Answer<T> implements Consumer<T> {
  private final List<T> given = new ArrayList<>();

  @Override
  public void accept(T answer) {
    given.add(answer);
    if (given.size() > 1) {
      throw new AssertionError("answered twice: " + given);
    }
  }

  boolean isGiven() {
    return !given.isEmpty();
  }

  T get() {
    if (given.isEmpty()) {
      throw new AssertionError("not answered");
    }
    return given.getFirst();
  }
}
