package dev.milena.broker.core;

/**
 * Where things are in a partition, without reading it.
 *
 * @param caller who asks
 * @param where the partition
 * @param at the place or time; {@link FetchStart.AtOffset} is answered with itself
 */
public record OffsetsCall(Caller caller, PartitionName where, FetchStart at) {}
