package dev.milena.client;

import com.google.protobuf.UnsafeByteOperations;
import dev.milena.proto.v1.Error;
import dev.milena.proto.v1.FetchRequest;
import dev.milena.proto.v1.FetchResponse;
import dev.milena.proto.v1.FetchServiceGrpc;
import dev.milena.proto.v1.ListOffsetsRequest;
import dev.milena.proto.v1.ListOffsetsResponse;
import dev.milena.proto.v1.LogPlace;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads of a {@link FakeCluster}: one thread a stream, which looks for news every few milliseconds.
 */
final class FakeFetch extends FetchServiceGrpc.FetchServiceImplBase {
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private final FakeCluster cluster;
  private final int id;

  FakeFetch(FakeCluster cluster, int id) {
    this.cluster = cluster;
    this.id = id;
  }

  @Override
  public void fetchStream(FetchRequest request, StreamObserver<FetchResponse> to) {
    ServerCallStreamObserver<FetchResponse> answers = (ServerCallStreamObserver<FetchResponse>) to;
    // a handler makes a cancelled call quiet
    answers.setOnCancelHandler(() -> {});
    Thread.ofVirtual().start(() -> serve(request, answers));
  }

  private void serve(FetchRequest request, ServerCallStreamObserver<FetchResponse> to) {
    String topic = request.getTopic();
    FakeLog log = cluster.log(topic, request.getPartition());
    long offset =
        switch (request.getStartCase()) {
          case OFFSET -> request.getOffset();
          case TIMESTAMP_MS, START_NOT_SET -> 0;
          case PLACE -> request.getPlace() == LogPlace.LATEST ? log.end() : log.start();
        };
    int sent = 0;
    long heardNanos = System.nanoTime();
    while (!to.isCancelled()) {
      Optional<Error> error = wrong(topic, request.getPartition(), offset, log);
      if (error.isPresent()) {
        to.onError(FakeCluster.thrown(error.get()));
        return;
      }
      if (sent >= cluster.answersAStream) {
        to.onError(Status.UNAVAILABLE.asRuntimeException());
        return;
      }
      ByteBuffer run = log.read(offset, request.getMaxBytes());
      boolean idle = System.nanoTime() - heardNanos >= request.getMaxWaitMs() * 1_000_000L;
      if (to.isReady() && (run.hasRemaining() || idle)) {
        long next = FakeLog.endOf(run, offset);
        to.onNext(
            FetchResponse.newBuilder()
                .setBatches(UnsafeByteOperations.unsafeWrap(run))
                .setStartOffset(offset)
                .setNextOffset(next)
                .setHighWatermark(log.end())
                .build());
        cluster.counts.answersSent.incrementAndGet();
        offset = next;
        sent++;
        heardNanos = System.nanoTime();
      } else {
        LockSupport.parkNanos(LOOK_NANOS);
      }
    }
  }

  private Optional<Error> wrong(String topic, int partition, long offset, FakeLog log) {
    return cluster
        .misplaced(id, topic, partition)
        .or(() ->
            log.isDamaged()
                ? Optional.of(
                    FakeCluster.error(
                        "CORRUPT_LOG",
                        Status.Code.DATA_LOSS,
                        Map.of("offset", Long.toString(offset))))
                : Optional.empty())
        .or(() ->
            offset < log.start() || offset > log.end()
                ? Optional.of(
                    FakeCluster.error(
                        "OFFSET_OUT_OF_RANGE",
                        Status.Code.OUT_OF_RANGE,
                        Map.of(
                            "logStartOffset", Long.toString(log.start()),
                            "logEndOffset", Long.toString(log.end()))))
                : Optional.empty());
  }

  @Override
  public void listOffsets(ListOffsetsRequest request, StreamObserver<ListOffsetsResponse> to) {
    Optional<Error> error = cluster.misplaced(id, request.getTopic(), request.getPartition());
    if (error.isPresent()) {
      to.onError(FakeCluster.thrown(error.get()));
      return;
    }
    FakeLog log = cluster.log(request.getTopic(), request.getPartition());
    ListOffsetsResponse.Builder answer = ListOffsetsResponse.newBuilder();
    switch (request.getAtCase()) {
      case PLACE, AT_NOT_SET ->
          answer.setOffset(request.getPlace() == LogPlace.LATEST ? log.end() : log.start());
      case TIMESTAMP_MS -> {}
    }
    to.onNext(answer.build());
    to.onCompleted();
  }
}
