package dev.milena.quorum.ratis;

import dev.milena.quorum.store.SnapshotFiles;
import dev.milena.quorum.store.StoreDamage;
import dev.milena.quorum.store.StoreFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.SnapshotRetentionPolicy;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.impl.FileListSnapshotInfo;
import org.jspecify.annotations.Nullable;

/**
 * Shows our snapshots to Ratis: it replays its log from the one that is shown here, and sends it to
 * members that lag. So only a snapshot that was opened or just taken is shown.
 *
 * <p>Written by the updater thread; read by any.
 */
final class SnapshotStorage implements StateMachineStorage {
  private volatile Optional<SnapshotFiles> files = Optional.empty();
  private volatile Optional<FileListSnapshotInfo> newest = Optional.empty();

  /** The folder is known now. */
  void begin(SnapshotFiles snapshots) {
    files = Optional.of(snapshots);
  }

  SnapshotFiles files() {
    return files.orElseThrow(() -> new IllegalStateException("not initialized"));
  }

  /** This snapshot is good; none: there is none. */
  void opened(Optional<SnapshotFiles.Named> snapshot) throws IOException {
    if (snapshot.isEmpty()) {
      newest = Optional.empty();
      return;
    }
    List<FileInfo> infos = new ArrayList<>();
    for (Path file : SnapshotFiles.filesOf(snapshot.get())) {
      // Ratis computes the digest when it sends the file
      infos.add(new FileInfo(file, null));
    }
    newest =
        Optional.of(new FileListSnapshotInfo(infos, snapshot.get().term(), snapshot.get().index()));
  }

  /** The index of the snapshot that is shown, -1 without one. */
  long newestIndex() {
    return newest.map(FileListSnapshotInfo::getIndex).orElse(-1L);
  }

  /**
   * Checks every byte of a snapshot that was shown.
   *
   * @throws StoreDamage when it is not what was written
   * @throws IOException when it is gone, since there is a newer one; or when it could not be read
   *     now, which says nothing of it
   */
  void requireWhole(SnapshotInfo shown) throws IOException {
    SnapshotFiles.Named named = files().named(shown.getTermIndex().getTerm(), shown.getIndex());
    try {
      files().check(named);
    } catch (StoreFailure wrong) {
      if (newestIndex() == named.index()) {
        throw new StoreDamage(String.valueOf(wrong.getMessage()), wrong);
      }
      throw wrong;
    }
  }

  @Override
  public void init(RaftStorage storage) {
    // the state machine's initialize does it, for it has the settings
  }

  @Override
  public @Nullable SnapshotInfo getLatestSnapshot() {
    return newest.orElse(null);
  }

  @Override
  public void format() {
    // a new member has no snapshot to throw away
  }

  @Override
  public void cleanupOldSnapshots(SnapshotRetentionPolicy policy) throws IOException {
    if (files.isPresent() && policy.getNumSnapshotsRetained() > 0) {
      files.get().retain(policy.getNumSnapshotsRetained());
    }
  }
}
