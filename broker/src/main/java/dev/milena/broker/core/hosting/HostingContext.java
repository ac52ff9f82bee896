package dev.milena.broker.core.hosting;

import dev.milena.broker.core.copy.ReplicaLinks;
import java.util.concurrent.Executor;

/**
 * What partitions need of the world around their loop.
 *
 * @param self this broker's id
 * @param clock both clocks
 * @param retention the time that retention goes by
 * @param readers runs disk reads; bounded, and refuses with {@link
 *     java.util.concurrent.RejectedExecutionException} when full
 * @param readRoom what reads may take of the memory at once
 * @param background runs openings and deletions; at most one opening a loop waits there
 * @param storage where logs lie
 * @param links streams to the brokers whose partitions are copied here
 * @param limits how much may wait
 * @param moves how fast replicas are copied that a move brings
 * @param start what is not told of alone while a start lasts
 * @param roles and what is not, where many roles change at once
 */
public record HostingContext(
    int self,
    BrokerClock clock,
    RetentionClock retention,
    Executor readers,
    ReadRoom readRoom,
    Executor background,
    LogStorage storage,
    ReplicaLinks links,
    HostingLimits limits,
    MovePace moves,
    StartSum start,
    RoleSum roles) {}
