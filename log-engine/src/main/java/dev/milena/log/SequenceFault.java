package dev.milena.log;

/** Why a batch of an idempotent producer is not stored. */
public enum SequenceFault {
  /** The producer goes by a newer epoch since. */
  OLD_EPOCH,
  /** It was stored before, so long ago that nobody knows where. */
  ALREADY_STORED,
  /** Batches that come before it are not here. */
  GAP
}
