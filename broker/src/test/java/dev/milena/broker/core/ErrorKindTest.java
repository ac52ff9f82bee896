package dev.milena.broker.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorKindTest {
  @ParameterizedTest
  @EnumSource
  void everyKindHasStatusCodeAndSentence(ErrorKind kind) {
    assertEquals(kind.grpcStatus(), Status.Code.valueOf(kind.grpcStatus()).name());
    assertTrue(kind.meaning().endsWith("."), kind.meaning());
    assertTrue(kind.meaning().length() > 20, kind.meaning());
  }

  @Test
  void reasonsOfThePublicProtoAreAllThere() {
    var kinds = new TreeSet<String>();
    for (ErrorKind kind : ErrorKind.values()) {
      kinds.add(kind.name());
    }
    String inProto =
        "UNKNOWN_TOPIC UNKNOWN_PARTITION NOT_LEADER CORRUPT_BATCH INVALID_RECORD"
            + " RECORD_TOO_LARGE INVALID_REQUEST NOT_ENOUGH_REPLICAS STORAGE_FULL STORAGE_OFFLINE"
            + " LEADER_NOT_AVAILABLE SHUTTING_DOWN OVERLOADED TIMED_OUT OFFSET_OUT_OF_RANGE"
            + " CORRUPT_LOG TOPIC_EXISTS INVALID_TOPIC INVALID_PARTITIONS"
            + " INVALID_REPLICATION_FACTOR UNKNOWN_CONFIG INVALID_CONFIG NOT_ENOUGH_BROKERS"
            + " QUORUM_UNAVAILABLE";
    for (String reason : inProto.split(" ")) {
      assertTrue(kinds.contains(reason), reason);
    }
  }

  @Test
  void namesThatClientsSentAreShownWithoutTricks() {
    assertEquals("logs.2026_a-b", ShownName.of("logs.2026_a-b"));
    assertEquals("a\\u000d\\u000ab", ShownName.of("a\r\nb"));
    assertEquals("a\\u202eb", ShownName.of("a\u202eb"));
    assertEquals(249 + 3, ShownName.of("x".repeat(65_535)).length());
    assertEquals("x\\u0000-3", new PartitionName("x\0", 3).toString());
  }
}
