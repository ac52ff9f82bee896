package dev.milena.metadata;

/**
 * A command on its way to the quorum.
 *
 * @param requestId under which a repetition is recognised, or {@link RequestId#NONE}
 * @param origin who asked, for the journal
 * @param onlyInTerm the command is refused unless its entry is of this term, so that what a leader
 *     decided to do is not done in the name of the next one; {@link #ANY_TERM} for no such bound
 */
public record SubmittedCommand(
    RequestId requestId, CommandOrigin origin, long onlyInTerm, MetadataCommand command) {
  /** The command is welcome in every term. */
  public static final long ANY_TERM = 0;

  /** A command that is welcome in every term. */
  public SubmittedCommand(RequestId requestId, CommandOrigin origin, MetadataCommand command) {
    this(requestId, origin, ANY_TERM, command);
  }
}
