package dev.milena.quorum.ratis;

import dev.milena.quorum.store.SnapshotFiles;
import dev.milena.quorum.store.SnapshotManifest;
import dev.milena.quorum.store.StoreFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.ratis.proto.RaftProtos.FileChunkProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto.SnapshotChunkProto;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorageDirectory;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.util.ProtoUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at each part of a snapshot before Ratis does, and refuses what is not as it was sent; the
 * leader sends it again. Ratis (3.3.0) puts what it received in the place of the snapshots that a
 * member has, whole or not, and then cannot go back: so with the last part all is checked that came
 * before.
 *
 * <p>On gRPC's threads, one for each connection; one part at a time, which waits for the disk here
 * as it would within Ratis. One that gets no turn within {@value #WAIT_MS} ms, as when the disk
 * hangs, is refused.
 */
final class SnapshotArrivals implements ServerInterceptor {
  private static final Logger log = LoggerFactory.getLogger(SnapshotArrivals.class);

  /** Beside the bytes of a part: its digest, and the names. */
  private static final int ROOM_BYTES = 1 << 16;

  private static final long WAIT_MS = 10_000;

  private final RaftServer server;
  private final ReentrantLock turn = new ReentrantLock();

  SnapshotArrivals(RaftServer server) {
    this.server = server;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    return new Checked<>(next.startCall(call, headers), call);
  }

  /**
   * Checks one part.
   *
   * @throws IOException why it is not taken in
   */
  private void check(InstallSnapshotRequestProto part) throws IOException {
    SnapshotChunkProto chunk = part.getSnapshotChunk();
    if (!SnapshotSeal.holds(part)) {
      throw new StoreFailure("it is not what was sent");
    }
    RaftServer.Division division =
        server.getDivision(ProtoUtils.toRaftGroupId(part.getServerRequest().getRaftGroupId()));
    RaftStorageDirectory group = division.getRaftStorage().getStorageDir();
    Path receiving = group.getTmpDir().toPath();
    Path arrival = receiving.resolve(BrokenInstallation.RECEIVED + chunk.getRequestId());
    // one of a deposed leader begins nothing: Ratis goes on with the sending that is under way
    if (chunk.getRequestIndex() == 0
        && part.getLeaderTerm() >= division.getInfo().getCurrentTerm()) {
      BrokenInstallation.deleteReceived(receiving);
    }
    long bytes = chunk.getFileChunksList().stream().mapToLong(file -> file.getData().size()).sum();
    long freeBytes = Files.getFileStore(group.getRoot().toPath()).getUsableSpace();
    if (freeBytes < bytes + ROOM_BYTES
        && division.getStateMachine() instanceof MetadataStateMachine machine) {
      machine.cannotTakeIn(
          new IOException(
              "%s bytes of a snapshot of %s bytes came, and the disk has room for %s"
                  .formatted(bytes, chunk.getTotalSize(), freeBytes)));
    }
    if (chunk.getDone()) {
      requireWhole(arrival, chunk);
    }
  }

  /** The manifest comes last; all that it names has to be there. */
  private static void requireWhole(Path arrival, SnapshotChunkProto chunk) throws IOException {
    SnapshotFiles.Named named =
        SnapshotFiles.named(
            arrival, chunk.getTermIndex().getTerm(), chunk.getTermIndex().getIndex());
    FileChunkProto last = chunk.getFileChunks(chunk.getFileChunksCount() - 1);
    Path name = Path.of(last.getFilename());
    if (last.getOffset() != 0
        || !name.endsWith(
            named.path().getFileName().resolve(SnapshotManifest.FILE_NAME).toString())) {
      throw new StoreFailure("it ends with " + name + ", and not with the manifest of " + named);
    }
    SnapshotFiles.require(named, SnapshotManifest.read(last.getData().toStringUtf8()));
  }

  private boolean takeTurn() {
    try {
      return turn.tryLock(WAIT_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** A call whose messages are looked at before Ratis sees them. */
  private final class Checked<Q, A> extends RefusableListener<Q, A> {
    Checked(ServerCall.Listener<Q> ratis, ServerCall<Q, A> call) {
      super(ratis, call);
    }

    @Override
    void look(Q message) {
      if (message instanceof InstallSnapshotRequestProto part && part.hasSnapshotChunk()) {
        if (!takeTurn()) {
          refuse(
              Status.UNAVAILABLE.withDescription(
                  "a part of a snapshot that came before is not on the disk after %s ms"
                      .formatted(WAIT_MS)));
          return;
        }
        try {
          onPart(message, part);
        } finally {
          turn.unlock();
        }
      } else {
        pass(message);
      }
    }

    private void onPart(Q message, InstallSnapshotRequestProto part) {
      try {
        check(part);
      } catch (IOException | UncheckedIOException wrong) {
        log.atWarn()
            .addKeyValue("part", part.getSnapshotChunk().getRequestIndex())
            .addKeyValue("why", wrong.getMessage())
            .log("a snapshot is not taken in; the leader is asked to send it again");
        refuse(Status.DATA_LOSS.withDescription(wrong.getMessage()));
        return;
      }
      pass(message);
    }
  }
}
