package dev.milena.quorum.store;

import dev.milena.metadata.JournalStep;
import java.util.List;
import java.util.Optional;

/** The record stream of a member, out of its store. */
final class JournalStream implements RecordStream {
  private final AppliedView view;

  JournalStream(AppliedView view) {
    this.view = view;
  }

  @Override
  public Page read(long from, int maxBytes) throws StoreFailure {
    // taken before the journal is read: all up to the index claimed here is then surely in it
    Applied now = view.applied();
    Optional<List<JournalStep>> steps = store(now).steps(from, maxBytes);
    if (steps.isPresent()) {
      List<JournalStep> applied =
          steps.get().stream().filter(step -> step.index() <= now.index()).toList();
      return new Page.Steps(applied, now.index());
    }
    return whole(now);
  }

  @Override
  public Page.Whole whole() throws StoreFailure {
    Applied now = view.applied();
    store(now);
    return whole(now);
  }

  @Override
  public long forgottenThrough() throws StoreFailure {
    return store(view.applied()).purgedThrough();
  }

  private static Page.Whole whole(Applied now) {
    StoredState stored = now.stored();
    return new Page.Whole(
        now.index(), stored.lastStep(), stored.rollingHash(), stored.state().image());
  }

  private static MetadataStore store(Applied now) throws StoreFailure {
    return now.store().orElseThrow(() -> new StoreFailure("the store is not open yet"));
  }
}
