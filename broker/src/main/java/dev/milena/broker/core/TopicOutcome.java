package dev.milena.broker.core;

import dev.milena.metadata.TopicId;
import dev.milena.metadata.TopicImage;

/** The answer to a {@link TopicCall}. */
public sealed interface TopicOutcome {
  /** Created or altered (or, with validateOnly, as it would be). This broker's image shows it. */
  record TopicChanged(TopicImage topic) implements TopicOutcome {}

  /** Deleted. This broker's image shows it no more. */
  record TopicDeleted(TopicId id) implements TopicOutcome {}

  /**
   * Nothing was changed, or ({@link ErrorKind#TIMED_OUT}) nobody knows.
   *
   * @param refusal why
   */
  record TopicRefused(Refusal refusal) implements TopicOutcome {}
}
