package dev.milena.quorum.store;

import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.CommandStamp;
import dev.milena.metadata.EntryPlace;
import dev.milena.metadata.MetadataState;
import dev.milena.metadata.RequestId;
import dev.milena.metadata.SubmittedCommand;
import dev.milena.metadata.TopicId;
import dev.milena.metadata.codec.RowCodec;
import java.nio.file.Path;
import java.util.Optional;

/** Another state than the quorum's, as a bug or a broken memory would leave it. */
public final class Corruption {
  private Corruption() {}

  /**
   * Adds a topic that no entry speaks of to the rows of a closed database, and to their hash; and
   * takes a snapshot of it.
   *
   * @param term of the last entry that the database has applied
   * @param index of that entry
   */
  public static void ofARow(Path live, SnapshotFiles snapshots, long term, long index)
      throws Exception {
    try (MetadataStore store = new MetadataStore(live, 1L << 30)) {
      StoredState good = store.load();
      MetadataState.Step step =
          good.state()
              .step(
                  new EntryPlace(term, good.index()),
                  new SubmittedCommand(
                      RequestId.NONE,
                      new CommandOrigin("nobody", "", "a test"),
                      Entries.createTopic("corrupt", 1)),
                  new CommandStamp(good.state().timeMs(), new TopicId(6, 6), 6));
      StoredPlace place =
          store.apply(
              term,
              good.index(),
              RowCodec.changes(good.state(), step.state(), step.delta()),
              Optional.empty());
      snapshots.take(store, place, term, index);
    }
  }
}
