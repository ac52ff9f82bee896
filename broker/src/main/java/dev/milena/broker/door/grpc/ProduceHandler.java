package dev.milena.broker.door.grpc;

import dev.milena.broker.core.BrokerCore;
import dev.milena.broker.core.Caller;
import dev.milena.broker.core.ProduceCall;
import dev.milena.broker.core.ProducerOutcome;
import dev.milena.broker.core.RecordsCall;
import dev.milena.broker.door.grpc.ProduceMessage.Payload;
import dev.milena.proto.v1.InitProducerRequest;
import dev.milena.proto.v1.InitProducerResponse;
import dev.milena.proto.v1.ProduceResponse;
import dev.milena.proto.v1.ProduceServiceGrpc;
import dev.milena.proto.v1.RecordList;
import io.grpc.ServerServiceDefinition;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** ProduceService. */
final class ProduceHandler {
  private final BrokerCore core;
  private final OpenCalls calls;
  private final DoorMemory memory;

  ProduceHandler(BrokerCore core, OpenCalls calls, DoorMemory memory) {
    this.core = core;
    this.calls = calls;
    this.memory = memory;
  }

  ServerServiceDefinition service(int messageBytes) {
    var reading = new InboundMarshaller<>(messageBytes, ProduceMessage::read);
    return new ServiceShape(ProduceServiceGrpc.getServiceDescriptor())
        .unary(ProduceServiceGrpc.getProduceMethod(), reading, this::produce)
        .bothStreaming(
            ProduceServiceGrpc.getProduceStreamMethod(),
            reading,
            out -> new ProduceStreamSession(this, calls, out))
        .unary(
            ProduceServiceGrpc.getInitProducerMethod(),
            InboundMarshaller.plain(InitProducerRequest.parser()),
            this::initProducer)
        .build();
  }

  private void initProducer(InitProducerRequest request, UnaryAnswer<InitProducerResponse> answer) {
    core.newProducer(
        answer.from(outcome -> {
          switch (outcome) {
            case ProducerOutcome.Given(long id) ->
                answer.give(InitProducerResponse.newBuilder().setProducerId(id).build());
            case ProducerOutcome.NotGiven(var refusal) -> answer.refuse(refusal);
          }
        }));
  }

  private void produce(ProduceMessage request, UnaryAnswer<ProduceResponse> answer)
      throws RequestRefused {
    answer.reserve(ProduceAnswers.largestBytes(request.payload()));
    store(
        request,
        CallFrame.caller(),
        answer.from(done -> {
          switch (done) {
            case ProduceAnswers.Answered(ProduceResponse response) -> answer.give(response);
            case ProduceAnswers.Failed(var refusal) -> answer.refuse(refusal);
          }
        }));
  }

  /**
   * Has the core store a request.
   *
   * @param answer told once, on any thread, unless the request is refused here
   */
  void store(ProduceMessage request, Caller caller, Consumer<? super ProduceAnswers> answer)
      throws RequestRefused {
    try {
      handOver(request, caller, answer);
    } catch (RequestRefused refused) {
      throw refused.nothingStored();
    }
  }

  private void handOver(
      ProduceMessage request, Caller caller, Consumer<? super ProduceAnswers> answer)
      throws RequestRefused {
    long id = request.correlationId();
    switch (request.payload()) {
      case Payload.Batches(ByteBuffer batches) -> {
        ProduceCall call = ProduceRequests.batches(request, batches, caller);
        int partition = call.parts().getFirst().where().partition();
        int count = ProduceAnswers.recordCount(batches);
        core.produce(
            call,
            outcomes ->
                answer.accept(ProduceAnswers.ofBatches(id, partition, count, outcomes.getFirst())));
      }
      case Payload.Records(RecordList records) -> {
        RecordsCall call = ProduceRequests.records(request, records.getRecordsList(), caller);
        // The core counts batches; records may wait in it for news of their topic before it has
        // any.
        long bytes = records.getSerializedSize();
        if (!memory.records().tryTake(bytes)) {
          throw new RequestRefused(memory.receivedFull());
        }
        core.produceRecords(
            call,
            outcome -> {
              memory.records().giveBack(bytes);
              answer.accept(ProduceAnswers.ofRecords(id, outcome));
            });
      }
      case Payload.Nothing() ->
          throw RequestRefused.invalid("a request holds records or batches, got neither");
    }
  }
}
