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
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
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
 * <p>A part that is not the next one, as of a connection that was given up, never reaches Ratis: it
 * (3.3.0) refuses such a part and counts it as one that it is still taking in, and who takes in a
 * part does not stand for election, however long its leader is silent.
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
  private final Reminder reminder = new Reminder();

  /** Of those that Ratis took in; whoever has the turn changes it. */
  private PartOrder order = PartOrder.NOTHING;

  SnapshotArrivals(RaftServer server) {
    this.server = server;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Ending<Q, A> ending = new Ending<>(call);
    return new Checked<>(next.startCall(ending, headers), ending);
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
    RaftServer.Division division = division(part);
    RaftStorageDirectory group = division.getRaftStorage().getStorageDir();
    Path receiving = group.getTmpDir().toPath();
    Path arrival = receiving.resolve(BrokenInstallation.RECEIVED + chunk.getRequestId());
    if (!isOfDeposed(part)) {
      if (!order.expects(chunk.getRequestId(), chunk.getRequestIndex())) {
        throw new StoreFailure("it is not the next part of what is being sent");
      }
      if (chunk.getRequestIndex() == 0) {
        BrokenInstallation.deleteReceived(receiving);
      }
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

  /** One of a deposed leader begins nothing: Ratis goes on with the sending that is under way. */
  private boolean isOfDeposed(InstallSnapshotRequestProto part) throws IOException {
    return part.getLeaderTerm() < division(part).getInfo().getCurrentTerm();
  }

  private RaftServer.Division division(InstallSnapshotRequestProto part) throws IOException {
    return server.getDivision(ProtoUtils.toRaftGroupId(part.getServerRequest().getRaftGroupId()));
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

  /** A call of which it is known whether it was answered to its end. */
  private static final class Ending<Q, A> extends SimpleForwardingServerCall<Q, A> {
    private volatile boolean ended;

    Ending(ServerCall<Q, A> call) {
      super(call);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      ended = true;
      super.close(status, trailers);
    }
  }

  /** A call whose messages are looked at before Ratis sees them. */
  private final class Checked<Q, A> extends RefusableListener<Q, A> {
    private final Ending<Q, A> ending;

    Checked(ServerCall.Listener<Q> ratis, Ending<Q, A> call) {
      super(ratis, call);
      ending = call;
    }

    @Override
    void look(Q message) {
      if (message instanceof InstallSnapshotRequestProto part && part.hasSnapshotChunk()) {
        if (!takeTurn()) {
          refuse(
              Status.UNAVAILABLE.withDescription(
                  "a part of a snapshot that came before is not on the disk after %s ms"
                      .formatted(WAIT_MS)),
              reminder);
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
      if (ending.ended) {
        // Ratis has refused a part of this call: none behind it is the next one
        return;
      }
      boolean deposed;
      try {
        deposed = isOfDeposed(part);
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
      if (!deposed && !ending.ended) {
        SnapshotChunkProto chunk = part.getSnapshotChunk();
        order = order.with(chunk.getRequestId(), chunk.getRequestIndex());
      }
    }
  }
}
