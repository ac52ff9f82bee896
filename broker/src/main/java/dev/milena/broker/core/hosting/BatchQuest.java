package dev.milena.broker.core.hosting;

import dev.milena.log.CorruptLog;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * For want of which batch a log cannot be opened, and whom to ask for it: one after the other, and
 * after a while all of them once more. {@link PartitionMending} does so for a log that is open.
 */
@OwnedBy(Owner.PARTITION_LOOP)
final class BatchQuest {
  /**
   * So often all are asked before it is in vain: whoever was asked may itself lack what lies in
   * front, and be given it meanwhile, perhaps from this very log, which must not go before.
   */
  static final int ROUNDS = 4;

  private static final int NOBODY = -1;

  private final ArrayDeque<Integer> toAsk = new ArrayDeque<>();
  private Optional<CorruptLog> lacking = Optional.empty();
  private int asked = NOBODY;
  private int giver = NOBODY;

  /** A batch was given, and whether it helps the next opening says. */
  private boolean trying;

  private int roundsInVain;
  private long dueMs = Long.MAX_VALUE;

  /**
   * An opening came upon a batch. If it is the one that was lacking before, what was put there did
   * not help, and whoever was not asked yet may know better.
   *
   * @param order whom to ask
   */
  void begin(CorruptLog damage, List<Integer> order) {
    boolean isTheSame = lacking.filter(one -> one.offset().equals(damage.offset())).isPresent();
    lacking = Optional.of(damage);
    trying = false;
    if (!isTheSame) {
      roundsInVain = 0;
      askAll(order);
    }
  }

  /** From the front. */
  void askAll(List<Integer> order) {
    toAsk.clear();
    toAsk.addAll(order);
  }

  /**
   * Whom to ask now. When nobody is left, all are asked again after a while.
   *
   * @param order for then
   */
  OptionalInt next(List<Integer> order, long nowMs) {
    Integer broker = toAsk.poll();
    if (broker == null) {
      asked = NOBODY;
      roundsInVain++;
      askAll(order);
      dueMs = order.isEmpty() ? Long.MAX_VALUE : nowMs + PartitionMending.AGAIN_MS;
      return OptionalInt.empty();
    }
    asked = broker;
    dueMs = nowMs + PartitionMending.ANSWER_MS;
    return OptionalInt.of(broker);
  }

  /**
   * A batch came, from whoever was asked for it, however long ago: what it is to be tried for, if
   * that is lacking still and none is being tried.
   */
  Optional<CorruptLog> given(int broker, long offset) {
    if (trying || !isLacking(offset)) {
      return Optional.empty();
    }
    trying = true;
    giver = broker;
    asked = NOBODY;
    dueMs = Long.MAX_VALUE;
    return lacking;
  }

  /**
   * The disk had no room for what was given, so that it could not be tried: who gave it is asked
   * again with the next opening, and that they gave in vain is not said.
   */
  void noSpace() {
    if (trying && giver != NOBODY) {
      toAsk.addFirst(giver);
      giver = NOBODY;
    }
  }

  /** Nothing more could wait to be tried: who gave it is asked again after a while. */
  void putOff(long nowMs) {
    trying = false;
    toAsk.addFirst(giver);
    dueMs = nowMs + PartitionMending.AGAIN_MS;
  }

  /** Whether a broker that has not what is lacking is the one that is waited for; once. */
  boolean declined(int broker, long offset) {
    boolean isAwaited = broker == asked && isLacking(offset);
    if (isAwaited) {
      asked = NOBODY;
      dueMs = Long.MAX_VALUE;
    }
    return isAwaited;
  }

  private boolean isLacking(long offset) {
    return lacking.filter(one -> one.offset().orElse(-1) == offset).isPresent();
  }

  /** What is lacking. */
  Optional<CorruptLog> lacking() {
    return lacking;
  }

  /** Whether everybody was asked, again and again, and nobody gave what helped. */
  boolean isInVain() {
    return roundsInVain >= ROUNDS;
  }

  /** Whether nobody is asked, and no time is set to ask: there was nobody yet. */
  boolean isIdle() {
    return lacking.isPresent() && !trying && asked == NOBODY && dueMs == Long.MAX_VALUE;
  }

  /** When to ask the next, on the monotonic clock. */
  long dueMs() {
    return dueMs;
  }

  /** Nothing is lacking any more, or the log goes. */
  void over() {
    lacking = Optional.empty();
    toAsk.clear();
    asked = NOBODY;
    trying = false;
    roundsInVain = 0;
    dueMs = Long.MAX_VALUE;
  }
}
