package dev.milena.quorum.store;

import dev.milena.metadata.EntryPlace;
import dev.milena.metadata.ImageDelta;
import dev.milena.metadata.JournalPlace;
import dev.milena.metadata.JournalStep;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataState;
import dev.milena.metadata.MetadataView;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.SubmittedCommand;
import dev.milena.metadata.codec.AnswerCodec;
import dev.milena.metadata.codec.EntryCodec;
import dev.milena.metadata.codec.RowChange;
import dev.milena.metadata.codec.RowCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One member's copy of the metadata: entries of the quorum's log go in, in order; rows, journal,
 * view and answers come out. Knows nothing of how the log is agreed on.
 *
 * <p>The apply thread owns it: it alone calls {@link #open}, {@link #apply}, {@link #advance},
 * {@link #snapshot} and {@link #close}. View and stream are for any thread.
 */
public final class MetadataReplica implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(MetadataReplica.class);

  private final Path live;
  private final long journalRetentionBytes;
  private final AppliedView view = new AppliedView(Applied.NOTHING);
  private final RecordStream stream = new JournalStream(view);
  private final StateHashes hashes = new StateHashes();
  private final StateHashListener listener;
  private volatile long rowsSinceSnapshot;

  /** A replica that only logs a disagreement with the leader. */
  public MetadataReplica(Path live, long journalRetentionBytes) {
    this(live, journalRetentionBytes, MetadataReplica::logDisagreement);
  }

  /**
   * A replica that is not open yet; its view is empty and may be followed already.
   *
   * @param live the folder of the open database; whatever is in it is thrown away
   * @param journalRetentionBytes see {@link MetadataStore}
   * @param listener hears when a {@link dev.milena.metadata.MetadataCommand.CheckStateHash} finds
   *     that this member's state is not the leader's
   */
  public MetadataReplica(Path live, long journalRetentionBytes, StateHashListener listener) {
    this.live = live;
    this.journalRetentionBytes = journalRetentionBytes;
    this.listener = listener;
  }

  private static void logDisagreement(StateHashListener.Disagreement disagreement) {
    log.atError()
        .addKeyValue("own", disagreement.own())
        .addKeyValue("leaders", disagreement.leaders())
        .log("this member's metadata is not the leader's: restart it with its snapshots set aside");
  }

  /**
   * Opens a copy of the newest snapshot that is whole, or an empty store if there is none. Called
   * again after a snapshot was installed: the view then goes on from that one.
   *
   * <p>Snapshots that are damaged are set aside, and the one before is taken; the log must reach
   * back to it, which the caller sees to.
   *
   * @return the snapshot that was opened
   */
  public Optional<SnapshotFiles.Named> open(SnapshotFiles snapshots) throws IOException {
    RocksLibrary.load();
    close();
    for (SnapshotFiles.Named snapshot : snapshots.list()) {
      try {
        open(snapshots, snapshot);
        return Optional.of(snapshot);
      } catch (StoreFailure damaged) {
        log.atError()
            .addKeyValue("snapshot", snapshot.path())
            .setCause(damaged)
            .log("a snapshot is damaged and was set aside; taking the one before: check the disk");
        snapshots.setAside(snapshot);
      }
    }
    SnapshotFiles.delete(live);
    Files.createDirectories(live);
    MetadataStore store = new MetadataStore(live, journalRetentionBytes);
    publish(new Applied(Optional.of(store), store.load(), 0, JournalPlace.NO_INDEX));
    return Optional.empty();
  }

  private void open(SnapshotFiles snapshots, SnapshotFiles.Named snapshot) throws IOException {
    SnapshotManifest manifest = snapshots.check(snapshot);
    snapshots.cloneInto(snapshot, manifest, live);
    MetadataStore store = new MetadataStore(live, journalRetentionBytes);
    try {
      StoredState stored = store.load();
      if (stored.stateHash() != manifest.stateHash()
          || stored.rollingHash() != manifest.rollingHash()
          || stored.index() > manifest.index()) {
        throw new StoreFailure("snapshot " + snapshot.path() + " does not hold what it says");
      }
      publish(new Applied(Optional.of(store), stored, manifest.term(), manifest.index()));
    } catch (StoreFailure damaged) {
      store.close();
      throw damaged;
    }
  }

  private void publish(Applied opened) {
    rowsSinceSnapshot = 0;
    hashes.clear();
    hashes.applied(opened.index(), opened.stored().stateHash());
    view.publish(opened, ImageDelta.between(view.image(), opened.stored().state().image()));
  }

  /**
   * Applies an entry that the quorum has agreed on.
   *
   * @return the answer for whoever submitted the command, as bytes; none for a barrier
   * @throws StoreFailure when it cannot be stored: memory and disk may differ now, so halt
   */
  public byte[] apply(long term, long index, ByteBuffer entry) throws StoreFailure {
    return switch (EntryCodec.decode(entry)) {
      case EntryCodec.Entry.Barrier barrier -> {
        advance(term, index);
        yield new byte[0];
      }
      case EntryCodec.Entry.Command command -> {
        MetadataState before = view.applied().stored().state();
        MetadataState.Step step =
            before.step(new EntryPlace(term, index), command.submitted(), command.stamp());
        store(term, index, command.submitted(), before, step);
        if (step.answer() instanceof QuorumAnswer.Decided
            && command.submitted().command()
                instanceof MetadataCommand.CheckStateHash(long at, long stateHash)) {
          compare(new EntryPlace(term, index), new StateHashAt(at, stateHash));
        }
        yield AnswerCodec.encode(step.answer());
      }
    };
  }

  private void store(
      long term,
      long index,
      SubmittedCommand submitted,
      MetadataState before,
      MetadataState.Step step)
      throws StoreFailure {
    MetadataStore store = store();
    List<RowChange> changes = RowCodec.changes(before, step.state(), step.delta());
    Optional<JournalStep> journal =
        step.records().isEmpty()
            ? Optional.empty()
            : Optional.of(
                new JournalStep(
                    new JournalPlace(term, index, JournalPlace.NO_INDEX),
                    step.state().timeMs(),
                    submitted.requestId(),
                    submitted.origin(),
                    step.records(),
                    0));
    StoredPlace place = store.apply(term, index, changes, journal);
    StoredState stored =
        new StoredState(
            step.state(), index, place.stateHash(), place.rollingHash(), place.lastStep());
    hashes.applied(index, place.stateHash());
    long changed = rowsSinceSnapshot;
    rowsSinceSnapshot = changed + changes.size();
    view.publish(new Applied(Optional.of(store), stored, term, index), step.delta());
  }

  private void compare(EntryPlace checkedBy, StateHashAt leaders) {
    Optional<StateHashAt> own = hashes.at(leaders.index());
    if (own.isEmpty()) {
      return;
    }
    if (own.get().equals(leaders)) {
      listener.onAgreement(leaders);
    } else {
      listener.onDisagreement(new StateHashListener.Disagreement(checkedBy, own.get(), leaders));
    }
  }

  /** Notes that an entry without a command was applied: a change of the voters, or a barrier. */
  public void advance(long term, long index) {
    hashes.applied(index, stateHash());
    view.publish(view.applied().advanced(term, index), ImageDelta.NONE);
  }

  /** Takes a snapshot of all that is applied. */
  public SnapshotFiles.Named snapshot(SnapshotFiles snapshots) throws IOException {
    Applied now = view.applied();
    StoredState stored = now.stored();
    StoredPlace place =
        new StoredPlace(stored.stateHash(), stored.rollingHash(), stored.lastStep());
    SnapshotFiles.Named taken = snapshots.take(store(), place, now.term(), now.index());
    rowsSinceSnapshot = 0;
    return taken;
  }

  /** How many rows a start would change again, were it now; any thread. */
  public long rowsSinceSnapshot() {
    return rowsSinceSnapshot;
  }

  /** What is applied, for any thread. */
  public MetadataView view() {
    return view;
  }

  /** What was changed, for any thread. */
  public RecordStream stream() {
    return stream;
  }

  /** Alike on all members that have applied the same commands. */
  public long stateHash() {
    return view.applied().stored().stateHash();
  }

  /**
   * The state hash at the last multiple of 1,000 that this member applied in this run, for a leader
   * to have compared; any thread.
   */
  public Optional<StateHashAt> latestStateHash() {
    return hashes.latest();
  }

  /** The index whose command is being written to the store just now, if one is; any thread. */
  public OptionalLong writingIndex() {
    Optional<MetadataStore> open = view.applied().store();
    return open.isPresent() ? open.get().writingIndex() : OptionalLong.empty();
  }

  /** Runs it when everything up to the index is applied: on the apply thread, or at once. */
  public void whenApplied(long index, Runnable then) {
    view.whenApplied(index, then);
  }

  @Override
  public void close() {
    view.applied().store().ifPresent(MetadataStore::close);
  }

  private MetadataStore store() throws StoreFailure {
    return view.applied().store().orElseThrow(() -> new StoreFailure("the store is not open"));
  }
}
