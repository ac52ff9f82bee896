package dev.milena.client;

import java.nio.ByteBuffer;

/**
 * One answer of a broker: whole stored batches, one after another.
 *
 * @param batches from position to limit, read-only. The first may begin before {@code
 *     wantedOffset}; the reader skips the front.
 * @param wantedOffset the first offset that was asked for
 * @param nextOffset where the next answer goes on
 * @param logStartOffset the first offset still kept
 * @param highWatermark the end of the committed log
 */
public record FetchedBatches(
    TopicPartition partition,
    ByteBuffer batches,
    long wantedOffset,
    long nextOffset,
    long logStartOffset,
    long highWatermark) {}
