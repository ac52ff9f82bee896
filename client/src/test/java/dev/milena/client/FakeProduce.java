package dev.milena.client;

import dev.milena.proto.v1.Acks;
import dev.milena.proto.v1.Error;
import dev.milena.proto.v1.InitProducerRequest;
import dev.milena.proto.v1.InitProducerResponse;
import dev.milena.proto.v1.PartitionAck;
import dev.milena.proto.v1.ProduceRequest;
import dev.milena.proto.v1.ProduceResponse;
import dev.milena.proto.v1.ProduceServiceGrpc;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.Optional;

/** Writes of a {@link FakeCluster}. */
final class FakeProduce extends ProduceServiceGrpc.ProduceServiceImplBase {
  private final FakeCluster cluster;
  private final int id;

  FakeProduce(FakeCluster cluster, int id) {
    this.cluster = cluster;
    this.id = id;
  }

  @Override
  public void initProducer(InitProducerRequest request, StreamObserver<InitProducerResponse> to) {
    to.onNext(
        InitProducerResponse.newBuilder()
            .setProducerId(cluster.counts.producers.getAndIncrement())
            .build());
    to.onCompleted();
  }

  @Override
  public StreamObserver<ProduceRequest> produceStream(StreamObserver<ProduceResponse> to) {
    cluster.endings.add(() -> to.onError(Status.UNAVAILABLE.asRuntimeException()));
    return new StreamObserver<>() {
      @Override
      public void onNext(ProduceRequest request) {
        cluster.writes.add(request);
        if (!cluster.silent) {
          to.onNext(answer(request));
        }
      }

      @Override
      public void onError(Throwable thrown) {
        // the sender is gone; there is nobody to answer
      }

      @Override
      public void onCompleted() {
        to.onCompleted();
      }
    };
  }

  private ProduceResponse answer(ProduceRequest request) {
    ProduceResponse.Builder answer =
        ProduceResponse.newBuilder().setCorrelationId(request.getCorrelationId());
    Optional<Error> error =
        cluster
            .misplaced(id, request.getTopic(), request.getPartition())
            .or(() -> cluster.refusal.apply(request));
    if (error.isPresent()) {
      return answer.setError(error.get()).build();
    }
    long base =
        cluster
            .log(request.getTopic(), request.getPartition())
            .append(request.getBatches().asReadOnlyByteBuffer());
    return answer
        .addAcks(
            PartitionAck.newBuilder()
                .setPartition(request.getPartition())
                .setBaseOffset(request.getAcks() == Acks.ACKS_NONE ? -1 : base))
        .build();
  }
}
