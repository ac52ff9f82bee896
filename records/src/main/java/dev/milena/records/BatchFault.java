package dev.milena.records;

/** What is wrong with the outside of a batch; told by {@link BatchCheck}. */
public enum BatchFault {
  /** Nothing. */
  NONE("the batch is whole"),
  /** The bytes end before the header or before the length that the header states. */
  TRUNCATED("the bytes end before the batch does"),
  /** The length field is negative or smaller than a header. */
  BAD_LENGTH("the batch's length field is impossible"),
  /** Message format 0 or 1 (before Kafka 0.11), or one that is not known yet. */
  UNSUPPORTED_MAGIC("the batch's format is not version 2"),
  /** The batch is larger than the caller allows. */
  TOO_LARGE("the batch is larger than allowed"),
  /** The CRC32C over attributes to end of batch is another than the header's. */
  BAD_CRC("the batch's bytes do not match its CRC32C"),
  /** The attributes name a compression that does not exist. */
  UNSUPPORTED_COMPRESSION("the batch's compression is not known"),
  /**
   * The record count does not fit the offsets the batch claims, or cannot fit into its bytes; a
   * producer's batch with no record has this too.
   */
  BAD_COUNT("the batch's record count does not fit its offsets or its size");

  private final String sentence;

  BatchFault(String sentence) {
    this.sentence = sentence;
  }

  /** For people: what is wrong, without an end mark. */
  public String sentence() {
    return sentence;
  }
}
