package dev.milena.records;

/** What is wrong with the inside of a batch; told by {@link RecordCursor}. */
public enum RecordFault {
  /** Nothing. */
  NONE("the records are as the batch's header says"),
  /** A variable-length number is longer than its type, or does not fit it. */
  BAD_VARINT("a number of a record does not fit its type"),
  /** A length is negative, or reaches beyond what it is part of. */
  BAD_LENGTH("a length in a record does not fit the record"),
  /** A record claims more bytes than the reader allows. */
  RECORD_TOO_LARGE("a record is larger than allowed"),
  /** The bytes end before as many records were seen as the header counts. */
  TOO_FEW_RECORDS("the batch holds fewer records than its header counts"),
  /** Bytes are left after as many records as the header counts. */
  BYTES_LEFT("the batch holds more bytes than the records that its header counts"),
  /** Offset deltas do not rise, or rise above the header's last one. */
  BAD_OFFSET_DELTA("a record's offset lies outside its batch or before the record in front of it"),
  /** Base timestamp and delta add up to more than 64 bits. */
  BAD_TIMESTAMP("a record's timestamp does not fit 64 bits"),
  /** The compressed bytes are not what the compression's format allows, or end too early. */
  BAD_COMPRESSION("the batch's compressed bytes are damaged"),
  /** The records take more bytes, once decompressed, than the reader allows. */
  OUTPUT_TOO_LARGE("the batch decompresses to more bytes than allowed");

  private final String sentence;

  RecordFault(String sentence) {
    this.sentence = sentence;
  }

  /** For people: what is wrong, without an end mark. */
  public String sentence() {
    return sentence;
  }
}
