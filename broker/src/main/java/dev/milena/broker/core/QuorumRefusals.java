package dev.milena.broker.core;

import dev.milena.metadata.Decision;
import dev.milena.metadata.RefusalReason;

/** What the quorum refuses, in the words of the error table. */
public final class QuorumRefusals {
  /** What to do when the quorum goes on not answering; ends a sentence. */
  public static final String IF_IT_LASTS =
      "; if it lasts, kafkactl quorum --describe names the voters that are silent";

  private QuorumRefusals() {}

  /** The same refusal for a client. */
  public static Refusal of(Decision.Refused refused) {
    return new Refusal(kindOf(refused.reason()), refused.message(), refused.about());
  }

  private static ErrorKind kindOf(RefusalReason reason) {
    return switch (reason) {
      case TOPIC_EXISTS -> ErrorKind.TOPIC_EXISTS;
      case UNKNOWN_TOPIC -> ErrorKind.UNKNOWN_TOPIC;
      case UNKNOWN_PARTITION -> ErrorKind.UNKNOWN_PARTITION;
      case INVALID_TOPIC -> ErrorKind.INVALID_TOPIC;
      case INVALID_PARTITIONS -> ErrorKind.INVALID_PARTITIONS;
      case INVALID_REPLICATION_FACTOR -> ErrorKind.INVALID_REPLICATION_FACTOR;
      case INVALID_ASSIGNMENT -> ErrorKind.INVALID_ASSIGNMENT;
      case UNKNOWN_CONFIG -> ErrorKind.UNKNOWN_CONFIG;
      case INVALID_CONFIG -> ErrorKind.INVALID_CONFIG;
      case NOT_ENOUGH_BROKERS -> ErrorKind.NOT_ENOUGH_BROKERS;
      case UNKNOWN_BROKER -> ErrorKind.UNKNOWN_BROKER;
      case BROKER_NOT_FENCED, BROKER_HOLDS_REPLICAS -> ErrorKind.BROKER_IN_USE;
      case INVALID_BROKER,
          BROKER_ID_IN_USE,
          BROKER_STOPPING,
          STALE_BROKER_EPOCH,
          STALE_TERM,
          COMMAND_TOO_LARGE,
          UNSUPPORTED_COMMAND ->
          ErrorKind.INVALID_REQUEST;
    };
  }
}
