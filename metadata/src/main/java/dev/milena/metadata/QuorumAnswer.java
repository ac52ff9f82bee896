package dev.milena.metadata;

/** How a submitted command ended, as far as the asker can know. */
public sealed interface QuorumAnswer {
  /**
   * The command was decided and has taken effect.
   *
   * @param index of the entry that did it; an image at or past it shows the change
   */
  record Decided(long index, MetadataReply reply) implements QuorumAnswer {}

  /**
   * The command was decided against; nothing changed.
   *
   * @param index of the entry that was refused: the refusal is true of the image there
   */
  record Refused(long index, Decision.Refused refusal) implements QuorumAnswer {}

  /** Nothing was changed and nothing will be: it is safe to ask again. */
  record Unavailable(String why) implements QuorumAnswer {}

  /**
   * It may or may not have happened, or may still happen. Asking again under the same request id is
   * safe.
   */
  record TimedOut() implements QuorumAnswer {}
}
