package dev.milena.quorum.store;

import dev.milena.quorum.store.StateDoubt.Stage;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a member does whose state is not the leader's: it writes that down beside its snapshots and
 * ends its process. The next start takes the snapshots that are not known to be good out of the way
 * and makes the state anew, of what is left and of its log, which with its vote is kept: what it
 * has acknowledged to a leader it must not lose. Once; a state that differs again is for a person.
 *
 * <p>A snapshot from the leader takes the place of the folder, and of the mark in it. The apply
 * thread owns it, but for {@link #isDoubted} and {@link #agreedIndex()}.
 */
public final class StateDoubts implements StateHashListener {
  static final String FILE = "doubt";

  private static final Logger log = LoggerFactory.getLogger(StateDoubts.class);

  private final BiConsumer<String, Throwable> halt;
  private Optional<SnapshotFiles> files = Optional.empty();
  private volatile Optional<StateDoubt> mark = Optional.empty();
  private volatile long agreedIndex = StateDoubt.NEVER;

  /**
   * @param halt ends the process at once, with a sentence for a person and a cause
   */
  public StateDoubts(BiConsumer<String, Throwable> halt) {
    this.halt = halt;
  }

  /** Whether the state was made anew, and has not been found to be the leader's since. */
  public boolean isDoubted() {
    return mark.isPresent();
  }

  /**
   * After which entry this state was last found to be the leader's, since the process started or a
   * snapshot was installed; -1 before.
   */
  public long agreedIndex() {
    return agreedIndex;
  }

  /**
   * Takes out of the way what an earlier run has found doubtful. Before the replica is opened, and
   * again when a snapshot was installed.
   *
   * @throws StoreFailure when the state was made anew already, and in vain
   */
  public void beforeOpening(SnapshotFiles snapshots) throws IOException {
    files = Optional.of(snapshots);
    mark = read(snapshots);
    agreedIndex = StateDoubt.NEVER;
    if (mark.isEmpty()) {
      return;
    }
    StateDoubt doubt = mark.get();
    switch (doubt.stage()) {
      case FOUND -> rebuild(snapshots, doubt);
      case REBUILT -> {
        // the process ended before the next comparison
      }
      case AGAIN ->
          throw new StoreFailure(
              "%s, also when it was made anew of the log; look which members agree (milena_metadata_state_hash), remove this voter and add it again, emptied; %s says so until it is removed"
                  .formatted(doubt.sentence(), snapshots.beside(FILE)));
    }
  }

  private void rebuild(SnapshotFiles snapshots, StateDoubt doubt) throws IOException {
    int aside = 0;
    for (SnapshotFiles.Named snapshot : snapshots.list()) {
      if (snapshot.index() > doubt.agreedIndex()) {
        snapshots.setAside(snapshot);
        aside++;
      }
    }
    write(snapshots, doubt.in(Stage.REBUILT));
    log.atWarn()
        .addKeyValue("why", doubt.sentence())
        .addKeyValue("snapshotsSetAside", aside)
        .log("this member's metadata is made anew from its log");
  }

  @Override
  public void onAgreement(StateHashAt at) {
    agreedIndex = at.index();
    Optional<StateDoubt> doubt = mark;
    // below, the comparison may be an earlier one that is applied again
    if (doubt.isPresent() && at.index() >= doubt.get().own().index()) {
      mark = Optional.empty();
      try {
        Files.deleteIfExists(folder().beside(FILE));
        log.atInfo().addKeyValue("index", at.index()).log("the metadata is the leader's again");
      } catch (IOException stays) {
        log.atWarn().setCause(stays).log("the mark of a doubted state cannot be removed");
      }
    }
  }

  @Override
  public void onDisagreement(Disagreement disagreement) {
    if (mark.filter(known -> known.knowsOf(disagreement)).isPresent()) {
      log.atError()
          .addKeyValue("checkedBy", disagreement.checkedBy())
          .log("the metadata that was made anew is not what the leader of then had, either");
      return;
    }
    StateDoubt doubt = StateDoubt.after(mark, disagreement, agreedIndex);
    log.atError()
        .addKeyValue("index", doubt.own().index())
        .addKeyValue("own", Long.toHexString(doubt.own().stateHash()))
        .addKeyValue("leaders", Long.toHexString(doubt.leaders().stateHash()))
        .addKeyValue("checkedBy", disagreement.checkedBy())
        .log("this member's metadata is not the leader's; the process ends");
    IOException cause = new StoreFailure(doubt.sentence());
    try {
      write(folder(), doubt);
    } catch (IOException notWritten) {
      cause.addSuppressed(notWritten);
    }
    halt.accept(
        doubt.sentence()
            + "; the next start makes the state anew. If members go on to disagree, keep their data and report it",
        cause);
  }

  private SnapshotFiles folder() {
    return files.orElseThrow(() -> new IllegalStateException("nothing is open"));
  }

  private static Optional<StateDoubt> read(SnapshotFiles snapshots) throws IOException {
    try {
      return Optional.of(StateDoubt.parse(Files.readString(snapshots.beside(FILE))));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    }
  }

  /** On the disk when it returns. */
  private void write(SnapshotFiles snapshots, StateDoubt doubt) throws IOException {
    Path file = snapshots.beside(FILE);
    Path fresh = snapshots.beside(FILE + ".new");
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(fresh, doubt.text(), StandardCharsets.US_ASCII);
    force(fresh);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    force(file.resolveSibling("."));
    mark = Optional.of(doubt);
  }

  private static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
