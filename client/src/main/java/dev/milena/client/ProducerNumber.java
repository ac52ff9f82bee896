package dev.milena.client;

import dev.milena.proto.v1.InitProducerRequest;
import dev.milena.proto.v1.InitProducerResponse;
import dev.milena.proto.v1.ProduceServiceGrpc;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;

/** The id of a producer whose batches are stored once; asked for before its first record. */
@OwnedBy(Owner.ANY_THREAD)
final class ProducerNumber {
  /** Of a producer that has none, or has none yet. */
  static final long NONE = -1;

  private final BrokerCalls calls;
  private final boolean wanted;
  private volatile long id = NONE;

  /**
   * Asks for nothing yet.
   *
   * @param wanted false for a producer that is content with less
   */
  ProducerNumber(BrokerCalls calls, boolean wanted) {
    this.calls = calls;
    this.wanted = wanted;
  }

  /**
   * Has an id if one is wanted. Blocks the first time.
   *
   * @throws MilenaException when no broker gives one in time
   */
  void require() {
    if (wanted && id == NONE) {
      ask();
    }
  }

  private synchronized void ask() {
    if (id == NONE) {
      InitProducerResponse given =
          calls.call(
              ProduceServiceGrpc.getInitProducerMethod(),
              BrokerCalls.Kind.READ,
              _ -> InitProducerRequest.getDefaultInstance());
      id = given.getProducerId();
    }
  }

  /** The id, or {@link #NONE}. */
  long id() {
    return id;
  }
}
