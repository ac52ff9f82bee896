package dev.milena.broker.core.cluster;

import dev.milena.broker.core.Caller;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Elects leaders: the preferred one where it can lead, else any eligible one.
 *
 * @param caller who asks
 * @param topic whose partitions; empty: of all topics
 * @param partition which; empty: all of the topic
 * @param unclean the order to give those a leader that is up which nobody eligible can lead
 * @param timeoutMs how long to wait for the quorum, in milliseconds
 */
public record ElectionCall(
    Caller caller, Optional<String> topic, OptionalInt partition, boolean unclean, int timeoutMs) {}
