package dev.milena.metadata.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.RequestId;
import dev.milena.metadata.SubmittedCommand;
import dev.milena.proto.peer.v1.Submission;
import java.nio.ByteBuffer;

/** Submitted commands as bytes. */
public final class CommandCodec {
  /** What this release writes, and the only one it reads. */
  public static final int VERSION = 1;

  private static final SubmittedCommand UNREADABLE =
      new SubmittedCommand(
          RequestId.NONE, new CommandOrigin("", "", ""), new MetadataCommand.Unreadable());

  private static final Parser<Submission> KNOWN_PARTS =
      DiscardUnknownFieldsParser.wrap(Submission.parser());

  private CommandCodec() {}

  /** The command as bytes; a new array. */
  public static byte[] encode(SubmittedCommand submitted) {
    return Submission.newBuilder()
        .setVersion(VERSION)
        .setRequestId(IdBytes.of(submitted.requestId()))
        .setOrigin(ImageMessages.of(submitted.origin()))
        .setOnlyInTerm(submitted.onlyInTerm())
        .setCommand(CommandMessages.of(submitted.command()))
        .build()
        .toByteArray();
  }

  /**
   * Reads what a node submitted. Never fails: bytes that are no command, a command of another
   * release, and one with a part that this release does not know are {@link
   * MetadataCommand.Unreadable}, which is refused. Skipping the unknown part instead would let two
   * releases decide differently.
   */
  public static SubmittedCommand decode(ByteBuffer bytes) {
    try {
      ByteString content = ByteString.copyFrom(bytes.duplicate());
      Submission submission = KNOWN_PARTS.parseFrom(content);
      // Looking at every field is dear, and what comes out as it went in has no unknown part.
      boolean isWhole = submission.toByteString().equals(content);
      return isWhole || !UnknownParts.in(Submission.parseFrom(content))
          ? command(submission)
          : UNREADABLE;
    } catch (InvalidProtocolBufferException noCommand) {
      return UNREADABLE;
    }
  }

  /**
   * Reads what came from outside and is in no log yet: as {@link #decode}, but parts that this
   * release does not know are passed over while reading, for a million of them fit in a few
   * mebibytes and take hundreds as objects. What would be written otherwise than it came is
   * unreadable.
   */
  public static SubmittedCommand decodeFromOutside(ByteBuffer bytes) {
    try {
      Submission submission = KNOWN_PARTS.parseFrom(ByteString.copyFrom(bytes.duplicate()));
      return submission.getSerializedSize() == bytes.remaining() ? command(submission) : UNREADABLE;
    } catch (InvalidProtocolBufferException noCommand) {
      return UNREADABLE;
    }
  }

  private static SubmittedCommand command(Submission submission) {
    if (submission.getVersion() != VERSION) {
      return UNREADABLE;
    }
    try {
      return new SubmittedCommand(
          IdBytes.request(submission.getRequestId()),
          ImageMessages.origin(submission.getOrigin()),
          submission.getOnlyInTerm(),
          CommandMessages.command(submission.getCommand()));
    } catch (UnreadableMetadata noCommand) {
      return UNREADABLE;
    }
  }
}
