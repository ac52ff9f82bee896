package dev.milena.quorum.view;

import dev.milena.metadata.MetadataView;

/** A view on which one can wait for an index. */
public interface AwaitableView extends MetadataView {
  /**
   * Runs it when everything up to the index is applied, on the thread that publishes, or at once:
   * it must not block.
   */
  void whenApplied(long index, Runnable then);

  /** Who was waiting gives up; nothing happens when it has been run already. */
  void forget(long index, Runnable then);
}
