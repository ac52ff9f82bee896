package dev.milena.broker.core;

/**
 * Every way in which this broker says no: the one table that all doors answer from.
 *
 * <p>{@code docs/ERRORS.md} prints this table and a test compares them. The constant's name is the
 * {@code reason} word that programs see; it never changes once released. The gRPC status is kept by
 * name and the Kafka error by number, since the core sees neither library.
 */
public enum ErrorKind {
  /**
   * The name is free: no such topic in an image that has caught up with the quorum. That makes it
   * final, though Kafka's clients, whose brokers may be behind, try again.
   */
  UNKNOWN_TOPIC("NOT_FOUND", 3, false, "No topic has this name; create it first."),
  /** The topic exists, with fewer partitions. */
  UNKNOWN_PARTITION(
      "NOT_FOUND", 3, false, "The topic has no partition of this number; they count from 0."),
  /** Another broker leads the partition; {@code about} names it. */
  NOT_LEADER("FAILED_PRECONDITION", 6, true, "Another broker leads this partition; ask that one."),
  /** Nobody leads the partition, or its leader has not opened it yet. */
  LEADER_NOT_AVAILABLE(
      "UNAVAILABLE", 5, true, "The partition has no leader that is ready; try again."),
  /** A batch whose length, checksum or layout is wrong. */
  CORRUPT_BATCH(
      "INVALID_ARGUMENT", 2, false, "A record batch is damaged or malformed; nothing was stored."),
  /** A batch or record that is well formed but not one a client may write. */
  INVALID_RECORD(
      "INVALID_ARGUMENT", 87, false, "A record is not one a client may write; nothing was stored."),
  /** A batch over {@code max.message.bytes} of the topic; {@code maxBytes} says how much. */
  RECORD_TOO_LARGE(
      "INVALID_ARGUMENT", 10, false, "A record batch is over the topic's max.message.bytes."),
  /** A request that contradicts itself or leaves its bounds. */
  INVALID_REQUEST(
      "INVALID_ARGUMENT", 42, false, "The request contradicts itself or leaves its bounds."),
  /** acks=all with fewer replicas in sync than min.insync.replicas; refused before appending. */
  NOT_ENOUGH_REPLICAS(
      "UNAVAILABLE", 19, true, "Fewer replicas are in sync than min.insync.replicas asks for."),
  /**
   * A batch of an idempotent producer is not the next, nor one that is stored; said by who leads
   * for sure.
   */
  OUT_OF_ORDER_SEQUENCE(
      "FAILED_PRECONDITION",
      45,
      false,
      "Batches that this producer numbered before are not stored; begin a new epoch."),
  /** A batch of an idempotent producer that has begun a newer epoch since. */
  OLD_PRODUCER_EPOCH(
      "FAILED_PRECONDITION", 47, false, "This producer has begun a newer epoch in the partition."),
  /** A batch of an idempotent producer that was stored before its last five. */
  DUPLICATE_SEQUENCE(
      "ALREADY_EXISTS", 46, false, "The batch was stored before; where is not known any more."),
  /** The disk is full. Reading goes on and writing comes back by itself. */
  STORAGE_FULL(
      "UNAVAILABLE", 56, true, "The disk of this partition is full; free some space, then retry."),
  /**
   * The log is offline after a disk error; it stays so until the broker is restarted. Or a read
   * failed, and the next may not.
   */
  STORAGE_OFFLINE(
      "UNAVAILABLE",
      56,
      true,
      "The partition's log is offline, or could not be read, after a disk error."),
  /** Too much is waiting in this broker; {@code retryAfterMs} says when to try again. */
  OVERLOADED("RESOURCE_EXHAUSTED", 89, true, "Too much is waiting in this broker; slow down."),
  /** The deadline passed first. What a write did by then is unknown, unless {@code stored} says. */
  TIMED_OUT(
      "DEADLINE_EXCEEDED", 7, true, "The deadline passed; what was asked may or may not be done."),
  /** The broker is stopping. */
  SHUTTING_DOWN("UNAVAILABLE", 8, true, "This broker is stopping; ask another, or a little later."),
  /**
   * A fetch from outside the log; {@code logStartOffset} and {@code logEndOffset} are its bounds.
   */
  OFFSET_OUT_OF_RANGE(
      "OUT_OF_RANGE", 1, false, "The offset lies outside the log; start within its bounds."),
  /** A new leader does not know yet where the committed log ends (KIP-207). */
  OFFSET_NOT_AVAILABLE(
      "UNAVAILABLE", 78, true, "The new leader does not know its high watermark yet; try again."),
  /** Bytes on disk that do not match their checksum; never handed out. */
  CORRUPT_LOG(
      "DATA_LOSS",
      2,
      false,
      "Stored bytes do not match their checksum, and no other replica could give them."),
  /** The name is taken. */
  TOPIC_EXISTS("ALREADY_EXISTS", 36, false, "A topic of this name exists already."),
  /** The name is not one a topic may have, or collides with one that exists. */
  INVALID_TOPIC(
      "INVALID_ARGUMENT", 17, false, "The topic's name is not legal or collides with another."),
  /** A partition count outside its bounds, or lower than it is now. */
  INVALID_PARTITIONS(
      "INVALID_ARGUMENT", 37, false, "The partition count is out of bounds or would shrink."),
  /** A replication factor outside its bounds. */
  INVALID_REPLICATION_FACTOR(
      "INVALID_ARGUMENT", 38, false, "The replication factor is out of bounds."),
  /**
   * Replicas where they cannot be: none, too many, a broker twice, or one that is not registered.
   */
  INVALID_ASSIGNMENT(
      "INVALID_ARGUMENT", 39, false, "A partition's replicas cannot be where they shall be."),
  /** Nothing moves that could be called back. */
  NO_REASSIGNMENT(
      "FAILED_PRECONDITION",
      85,
      false,
      "No move of replicas is under way that could be called back."),
  /** A config key that topics do not have. */
  UNKNOWN_CONFIG("INVALID_ARGUMENT", 40, false, "Topics have no config of this name."),
  /** A config value outside what its key allows. */
  INVALID_CONFIG("INVALID_ARGUMENT", 40, false, "The config's value is not one its key allows."),
  /** Fewer brokers are up than replicas were asked for. */
  NOT_ENOUGH_BROKERS(
      "UNAVAILABLE", 38, true, "Fewer brokers are up than replicas were asked for; try again."),
  /** No voter of this id, or no such node at the address that was given for one. */
  INVALID_VOTER(
      "INVALID_ARGUMENT", 125, false, "There is no such voter, or another node at its address."),
  /** The voters cannot be changed so as they are now. */
  VOTER_CHANGE_REFUSED(
      "FAILED_PRECONDITION", 42, false, "The quorum's voters cannot change like this now."),
  /** No broker of this id is registered. */
  UNKNOWN_BROKER("NOT_FOUND", 102, false, "No broker of this id is registered."),
  /** The broker is up, votes, or holds replicas. */
  BROKER_IN_USE(
      "FAILED_PRECONDITION",
      44,
      false,
      "The broker is up, votes, or holds replicas; free it first."),
  /** The metadata quorum did not take the change: nothing was changed. */
  QUORUM_UNAVAILABLE(
      "UNAVAILABLE", 15, true, "The metadata quorum cannot be reached; nothing was changed."),
  /** A bug in the broker: its log says more. */
  INTERNAL("INTERNAL", -1, false, "The broker failed in a way it should not; see its log.");

  private final String grpcStatus;
  private final short kafkaCode;
  private final boolean retriable;
  private final String meaning;

  ErrorKind(String grpcStatus, int kafkaCode, boolean retriable, String meaning) {
    this.grpcStatus = grpcStatus;
    this.kafkaCode = (short) kafkaCode;
    this.retriable = retriable;
    this.meaning = meaning;
  }

  /** The name of the {@code io.grpc.Status.Code} constant, for example {@code NOT_FOUND}. */
  public String grpcStatus() {
    return grpcStatus;
  }

  /** The error code of the Kafka protocol. */
  public short kafkaCode() {
    return kafkaCode;
  }

  /** Whether the same request may succeed later, here or at the broker the refusal names. */
  public boolean retriable() {
    return retriable;
  }

  /**
   * Whether a partition refuses a write so only before it has appended anything. After the other
   * kinds records may be in its log, unless the refusal itself knows better ({@link
   * Refusal#nothingStored}).
   */
  public boolean comesBeforeAppending() {
    return switch (this) {
      case UNKNOWN_PARTITION,
          NOT_LEADER,
          LEADER_NOT_AVAILABLE,
          CORRUPT_BATCH,
          INVALID_RECORD,
          RECORD_TOO_LARGE,
          INVALID_REQUEST,
          NOT_ENOUGH_REPLICAS,
          OVERLOADED,
          OUT_OF_ORDER_SEQUENCE,
          OLD_PRODUCER_EPOCH,
          INVALID_TOPIC ->
          true;
      // A topic may be deleted while its records wait for their acknowledgement.
      case UNKNOWN_TOPIC, TIMED_OUT, STORAGE_FULL, STORAGE_OFFLINE, SHUTTING_DOWN, INTERNAL ->
          false;
      case DUPLICATE_SEQUENCE -> false;
      // Nothing that a partition says of a write.
      case OFFSET_OUT_OF_RANGE,
          OFFSET_NOT_AVAILABLE,
          CORRUPT_LOG,
          TOPIC_EXISTS,
          INVALID_PARTITIONS,
          INVALID_REPLICATION_FACTOR,
          INVALID_ASSIGNMENT,
          NO_REASSIGNMENT,
          UNKNOWN_CONFIG,
          INVALID_CONFIG,
          NOT_ENOUGH_BROKERS,
          INVALID_VOTER,
          VOTER_CHANGE_REFUSED,
          UNKNOWN_BROKER,
          BROKER_IN_USE,
          QUORUM_UNAVAILABLE ->
          false;
    };
  }

  /** One sentence for {@code docs/ERRORS.md}. */
  public String meaning() {
    return meaning;
  }
}
