package dev.milena.client;

/**
 * Words for a batch that a topic does not take. The broker sees a request, and says where in it the
 * batch lies; whoever sent a record wants to hear of the record: its size, the bound, and what to
 * do. Pure.
 */
final class TooLarge {
  private TooLarge() {}

  /**
   * The refusal in such words where it is one of size and names the bound; else as it is.
   *
   * @param batch that was refused, alone in its request
   */
  static MilenaException said(MilenaException refusal, SendBatch batch) {
    String bound = refusal.about().get("maxBytes");
    if (!refusal.reason().equals("RECORD_TOO_LARGE") || bound == null) {
      return refusal;
    }
    String what =
        switch (batch.waiting()) {
          case SendBatch.Waiting.Records _ ->
              "the record needs a batch of " + batch.sizeInBytes() + " bytes";
          case SendBatch.Waiting.Whole _ ->
              "a batch in these " + batch.sizeInBytes() + " bytes is too large";
        };
    String topic = batch.partition().topic();
    return new MilenaException(
        refusal.reason(),
        refusal.status(),
        "%s, and max.message.bytes of topic %s is %s; raise it (kafkactl topics --alter --topic %s --config max.message.bytes=%s), or split what you send"
            .formatted(what, topic, bound, topic, batch.sizeInBytes()),
        refusal.about(),
        refusal);
  }
}
