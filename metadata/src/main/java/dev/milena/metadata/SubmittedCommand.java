package dev.milena.metadata;

/**
 * A command on its way to the quorum.
 *
 * @param requestId under which a repetition is recognised, or {@link RequestId#NONE}
 * @param origin who asked, for the journal
 */
public record SubmittedCommand(
    RequestId requestId, CommandOrigin origin, MetadataCommand command) {}
