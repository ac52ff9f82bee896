package dev.milena.client;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import dev.milena.records.RecordBatchBuilder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Lends out the memory that batches are built in, and knows what is still lent.
 *
 * <p>Builders of the usual size are used again and again, so in steady state no batch allocates. A
 * compression may hold as much again beside each.
 */
@OwnedBy(Owner.ANY_THREAD)
final class ProducerMemory {
  private final ProducerSettings settings;
  private final BufferBudget budget;
  private final Deque<RecordBatchBuilder> idle = new ArrayDeque<>();
  private final Set<Lease> lent = ConcurrentHashMap.newKeySet();

  ProducerMemory(ProducerSettings settings) {
    this.settings = settings;
    this.budget = new BufferBudget(settings.bufferBytes());
  }

  /**
   * Lends memory for a batch, waiting for it if need be.
   *
   * @param recordBytes the first record's; if larger than a batch, the batch is as large as it
   * @throws MilenaException as {@link BufferBudget#take}
   */
  Lease lease(int recordBytes) {
    int bytes = Math.max(recordBytes, settings.batchBytes());
    budget.take(bytes, settings.timing().maxBlockMs());
    return lent(new Lease(bytes, builder(bytes)));
  }

  /** Takes note of batches that somebody else built. */
  Lease leaseWhole(int bytes) {
    budget.take(bytes, settings.timing().maxBlockMs());
    return lent(new Lease(bytes, null));
  }

  private Lease lent(Lease lease) {
    lent.add(lease);
    return lease;
  }

  /** Everything that is lent now; each completes when it was given back. */
  Set<CompletableFuture<?>> whatIsLent() {
    Set<CompletableFuture<?>> done = ConcurrentHashMap.newKeySet();
    lent.forEach(lease -> done.add(lease.returned));
    return done;
  }

  long freeBytes() {
    return budget.freeBytes();
  }

  void close() {
    budget.close();
  }

  private RecordBatchBuilder builder(int bytes) {
    if (bytes == settings.batchBytes()) {
      synchronized (idle) {
        RecordBatchBuilder used = idle.pollFirst();
        if (used != null) {
          return used;
        }
      }
    }
    return new RecordBatchBuilder(settings.compression(), bytes);
  }

  /** Memory for one batch. */
  final class Lease {
    private final int bytes;
    private final @Nullable RecordBatchBuilder builder;
    private final CompletableFuture<Boolean> returned = new CompletableFuture<>();

    private Lease(int bytes, @Nullable RecordBatchBuilder builder) {
      this.bytes = bytes;
      this.builder = builder;
    }

    /** Where the batch is built. */
    RecordBatchBuilder builder() {
      return Objects.requireNonNull(builder, "whole batches are not built here");
    }

    /**
     * The batch is finished.
     *
     * @param reusable false when a broken connection may still hold its bytes
     */
    void giveBack(boolean reusable) {
      if (!lent.remove(this)) {
        throw new IllegalStateException("a batch was finished twice");
      }
      if (builder != null && reusable && bytes == settings.batchBytes()) {
        builder.clear();
        synchronized (idle) {
          idle.addFirst(builder);
        }
      } else if (builder != null) {
        builder.close();
      }
      budget.giveBack(bytes);
      returned.complete(true);
    }
  }
}
