package dev.milena.quorum.grpc.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.milena.metadata.JournalStep;
import dev.milena.metadata.codec.RecordCodec;
import dev.milena.quorum.store.RecordStream;
import dev.milena.quorum.store.StoreFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The journal in pages of bytes. Followers at the tail all want the same page, so the last one is
 * kept: it is read and encoded once for all of them. Owned by the loop of the followers.
 */
final class StepPages {
  /** A page ends before it is larger. */
  static final int PAGE_BYTES = 1 << 20;

  private final Supplier<RecordStream> stream;
  private final LongSupplier appliedIndex;
  private Kept kept = new Kept(Long.MIN_VALUE, Long.MIN_VALUE, new Page.Several(List.of(), -1));

  /** What a follower gets next. */
  sealed interface Page {
    /**
     * Steps that fit a page.
     *
     * @param through a follower that has folded them is as far as this index
     */
    record Several(List<ByteString> steps, long through) implements Page {}

    /** One step that does not fit a page. */
    record Large(long index, ByteString step) implements Page {}

    /** The journal begins too late. */
    record Purged(RecordStream.Page.Whole image) implements Page {}
  }

  private record Kept(long from, long appliedIndex, Page page) {}

  /**
   * @param stream of this member; another one when it became a member anew
   * @param appliedIndex of the same member; a page is read anew when it has moved
   */
  StepPages(Supplier<RecordStream> stream, LongSupplier appliedIndex) {
    this.stream = stream;
    this.appliedIndex = appliedIndex;
  }

  /** The page that begins with the first step at or after an index. */
  Page from(long from) throws StoreFailure {
    long applied = appliedIndex.getAsLong();
    boolean whole = kept.page() instanceof Page.Large || kept.appliedIndex() == applied;
    if (kept.from() != from || !whole) {
      kept = new Kept(from, applied, read(from));
    }
    return kept.page();
  }

  private Page read(long from) throws StoreFailure {
    return switch (stream.get().read(from, PAGE_BYTES)) {
      case RecordStream.Page.Whole whole -> new Page.Purged(whole);
      case RecordStream.Page.Steps(List<JournalStep> steps, long applied) -> page(steps, applied);
    };
  }

  private static Page page(List<JournalStep> steps, long appliedIndex) {
    List<ByteString> encoded = new ArrayList<>();
    long through = appliedIndex;
    int bytes = 0;
    for (JournalStep step : steps) {
      ByteString one = UnsafeByteOperations.unsafeWrap(RecordCodec.write(step));
      if (encoded.isEmpty() && one.size() > PAGE_BYTES) {
        return new Page.Large(step.index(), one);
      }
      if (bytes + one.size() > PAGE_BYTES) {
        return new Page.Several(encoded, through);
      }
      encoded.add(one);
      bytes += one.size();
      through = step.index();
    }
    // the journal gave all it had only if it stopped short of the limit
    return new Page.Several(encoded, bytes < PAGE_BYTES ? appliedIndex : through);
  }
}
