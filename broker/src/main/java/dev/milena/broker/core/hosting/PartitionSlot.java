package dev.milena.broker.core.hosting;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.Refusal;
import dev.milena.log.PartitionLog;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A partition's place on its loop, before, while and after its log is open.
 *
 * <pre>
 *   opening  --opened-->  hosted
 *      |
 *      +--failed-->  failed (a full disk: opened again after a while)
 * </pre>
 *
 * <p>Requests that come while the log is being opened wait here, up to a bound: so a topic can be
 * written to the moment it was created. Those whose clients leave give their places to others.
 */
@OwnedBy(Owner.PARTITION_LOOP)
final class PartitionSlot {
  private final PartitionAddress address;
  private final ClientWaitlist<ClientRequest> pending;
  private final IsrWishes wishes;
  private final BatchQuest quest = new BatchQuest();
  private Assignment.Hold wanted;
  private @Nullable HostedPartition hosted;
  private @Nullable Refusal failure;
  private long reopenMs = Long.MAX_VALUE;

  /**
   * A partition whose log is being opened.
   *
   * @param wishes of this partition, open or not
   * @param capacity how many requests may wait for that
   * @param nowMs the monotonic clock
   */
  PartitionSlot(
      PartitionAddress address,
      Assignment.Hold wanted,
      IsrWishes wishes,
      int capacity,
      long nowMs) {
    this.address = address;
    this.wanted = wanted;
    this.wishes = wishes;
    this.pending = new ClientWaitlist<>(capacity, Function.identity(), nowMs);
  }

  PartitionAddress address() {
    return address;
  }

  Assignment.Hold wanted() {
    return wanted;
  }

  IsrWishes wishes() {
    return wishes;
  }

  Optional<HostedPartition> hosted() {
    return Optional.ofNullable(hosted);
  }

  void assigned(Assignment.Hold changed, long nowMs) {
    wanted = changed;
    if (hosted != null) {
      hosted.assigned(changed, nowMs);
    }
  }

  void request(ClientRequest request, long nowMs) {
    if (hosted != null) {
      hosted.request(request, nowMs);
    } else if (failure != null) {
      request.refuseUntouched(failure);
    } else if (!pending.add(request, nowMs)) {
      request.refuse(
          Refusal.overloaded(
              address.name(),
              "%s requests wait for the log of %s to be opened, the most there may be"
                  .formatted(pending.capacity(), address.name())));
    }
  }

  /** The log is open: whoever waited is served in order. */
  void opened(HostedPartition partition, long nowMs) {
    hosted = partition;
    failure = null;
    quest.over();
    partition.assigned(wanted, nowMs);
    Optional<ClientRequest> next = pending.takeFirst();
    while (next.isPresent()) {
      partition.request(next.get(), nowMs);
      next = pending.takeFirst();
    }
  }

  /** Whether this log is open here. */
  boolean hosts(PartitionLog log) {
    return hosted != null && hosted.isOf(log);
  }

  /** Its log is being replaced by an empty one, which is opened as the first was. */
  void beginAnew() {
    hosted()
        .ifPresent(partition ->
            partition.drop(
                ErrorKind.LEADER_NOT_AVAILABLE,
                "the log of %s begins anew as a copy of its leader's".formatted(address.name())));
    hosted = null;
  }

  /** The log cannot be opened; with a full disk it is tried again at {@code reopenAtMs}. */
  void failed(ErrorKind kind, String reason, long reopenAtMs) {
    reopenMs = reopenAtMs;
    failure =
        Refusal.of(
            kind,
            address.name(),
            "the log of %s cannot be opened: %s".formatted(address.name(), reason));
    refusePending(failure);
  }

  /** For want of which batch the log cannot be opened, and who was asked for it. */
  BatchQuest quest() {
    return quest;
  }

  /** The log is opened once more. */
  void reopens() {
    failure = null;
  }

  /** Whether it is time to try again; says so once. */
  boolean takeReopen(long nowMs) {
    boolean due = nowMs >= reopenMs;
    if (due) {
      reopenMs = Long.MAX_VALUE;
      reopens();
    }
    return due;
  }

  /** The partition leaves this broker. Answers its open log, which is to be deleted. */
  Optional<PartitionLog> drop(ErrorKind kind, String message) {
    refusePending(Refusal.of(kind, address.name(), message));
    return hosted().map(partition -> partition.drop(kind, message));
  }

  /** The broker stops. */
  void close(ErrorKind kind, String message) {
    refusePending(Refusal.of(kind, address.name(), message));
    if (hosted != null) {
      hosted.close(kind, message);
    }
  }

  void tick(long nowMs) {
    if (hosted != null) {
      hosted.tick(nowMs);
    }
    for (ClientRequest late : pending.takeExpired(nowMs)) {
      late.refuse(
          PartitionRefusals.notHere(late, "the log of the partition is still being opened"));
    }
  }

  long nextTickMs() {
    long next = hosted == null ? Math.min(reopenMs, quest.dueMs()) : hosted.nextTickMs();
    return Math.min(next, pending.nextDeadlineMs());
  }

  private void refusePending(Refusal refusal) {
    pending.takeAll().forEach(request -> request.refuseUntouched(refusal));
  }
}
