package dev.milena.broker.door.grpc;

import static dev.milena.broker.door.grpc.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.rpc.ErrorInfo;
import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.PartOutcome;
import dev.milena.broker.core.Refusal;
import dev.milena.proto.v1.CreateTopicRequest;
import dev.milena.proto.v1.DescribeTopicsRequest;
import dev.milena.proto.v1.FetchRequest;
import dev.milena.proto.v1.ListOffsetsRequest;
import dev.milena.proto.v1.LogPlace;
import dev.milena.proto.v1.ProduceRequest;
import dev.milena.proto.v1.ProduceResponse;
import dev.milena.proto.v1.Record;
import dev.milena.proto.v1.RecordList;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.TreeMap;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EveryErrorTest {
  private static final ProduceRequest BATCHES =
      ProduceRequest.newBuilder()
          .setTopic("t")
          .setPartition(0)
          .setBatches(ByteString.copyFromUtf8("x"))
          .setCorrelationId(7)
          .build();
  private static final ProduceRequest RECORDS =
      ProduceRequest.newBuilder()
          .setTopic("t")
          .setRecords(RecordList.newBuilder().addRecords(Record.getDefaultInstance()))
          .build();
  private static final FetchRequest FETCH = FetchRequest.newBuilder().setTopic("t").build();
  private static final ListOffsetsRequest OFFSETS =
      ListOffsetsRequest.newBuilder().setTopic("t").setPlace(LogPlace.LATEST).build();
  private static final CreateTopicRequest CREATE =
      CreateTopicRequest.newBuilder().setTopic("t").build();
  private static final DescribeTopicsRequest DESCRIBE =
      DescribeTopicsRequest.newBuilder().addTopics("t").build();

  @ParameterizedTest
  @EnumSource
  void everyKindReachesTheClientOnEveryCall(ErrorKind kind) throws Exception {
    Refusal refusal = Refusal.of(kind, "because").with("topic", "t").with("leader", "3");
    try (OpenDoor door = OpenDoor.before(ScriptedCore.refusing(refusal))) {
      ErrorInfo info = assertRefused(kind, () -> door.produce().produce(BATCHES));
      assertEquals(
          new PartOutcome.NotWritten(refusal).refusal().about(),
          new TreeMap<>(info.getMetadataMap()));
      ErrorInfo whole = assertRefused(kind, () -> door.produce().produce(RECORDS));
      assertEquals("no", whole.getMetadataOrThrow("stored"));
      assertRefused(kind, () -> door.fetch().fetch(FETCH));
      assertRefused(kind, () -> door.fetch().fetchStream(FETCH).hasNext());
      assertRefused(kind, () -> door.fetch().listOffsets(OFFSETS));
      assertRefused(kind, () -> door.admin().createTopic(CREATE));
      assertRefused(kind, () -> door.admin().describeTopics(DESCRIBE));

      ProduceResponse streamed = new ProduceConversation(door).say(BATCHES).hear();
      assertEquals(7, streamed.getCorrelationId());
      assertEquals(kind.name(), streamed.getError().getReason());
      assertEquals(Status.Code.valueOf(kind.grpcStatus()).value(), streamed.getError().getCode());
      assertEquals("because", streamed.getError().getMessage());
      assertEquals("3", streamed.getError().getMetadataOrThrow("leader"));
    }
  }

  @Test
  void bugsAreInternalWithAnIdAndNoTrace() throws Exception {
    try (OpenDoor door = OpenDoor.before(new ScriptedCore())) {
      StatusRuntimeException thrown =
          Assertions.assertThrows(
              StatusRuntimeException.class, () -> door.produce().produce(BATCHES));
      ErrorInfo info = Refusals.info(thrown);
      assertEquals("INTERNAL", info.getReason());
      String said = String.valueOf(thrown.getStatus().getDescription());
      assertTrue(said.contains(info.getMetadataOrThrow("id")), said);
      assertFalse(said.contains("planted"), said);
      assertFalse(thrown.toString().contains("at dev.milena"), thrown.toString());
      assertRefused(ErrorKind.INTERNAL, () -> door.fetch().fetchStream(FETCH).hasNext());
      assertRefused(ErrorKind.INTERNAL, () -> door.fetch().fetch(FETCH));
      assertRefused(ErrorKind.INTERNAL, () -> door.admin().createTopic(CREATE));
    }
  }

  @Test
  void longAndWickedWordsDoNotBreakTheTrailers() throws Exception {
    Refusal refusal =
        Refusal.of(ErrorKind.INVALID_CONFIG, "no\r\n\0" + "y".repeat(100_000))
            .with("value", "v\n".repeat(50_000));
    try (OpenDoor door = OpenDoor.before(ScriptedCore.refusing(refusal))) {
      ErrorInfo info =
          assertRefused(ErrorKind.INVALID_CONFIG, () -> door.admin().createTopic(CREATE));
      assertFalse(info.getMetadataOrThrow("value").contains("\n"));
      assertTrue(info.getMetadataOrThrow("value").length() < 300);
    }
  }
}
