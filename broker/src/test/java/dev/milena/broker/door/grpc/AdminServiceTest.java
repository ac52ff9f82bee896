package dev.milena.broker.door.grpc;

import static dev.milena.broker.door.grpc.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.ErrorKind;
import dev.milena.proto.v1.AlterTopicRequest;
import dev.milena.proto.v1.ConfigEntry;
import dev.milena.proto.v1.CreateTopicRequest;
import dev.milena.proto.v1.DeleteTopicRequest;
import dev.milena.proto.v1.DescribeClusterRequest;
import dev.milena.proto.v1.DescribeTopicsRequest;
import dev.milena.proto.v1.DescribeTopicsResponse;
import dev.milena.proto.v1.ListTopicsRequest;
import dev.milena.proto.v1.PartitionDescription;
import dev.milena.proto.v1.TopicDescription;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** AdminService before a real core. */
class AdminServiceTest {
  @TempDir private static Path folder;
  private static OpenDoor door;

  @BeforeAll
  static void open() throws Exception {
    door = OpenDoor.onDisk(folder);
  }

  @AfterAll
  static void close() throws Exception {
    door.close();
  }

  @Test
  void aTopicIsCreatedDescribedAlteredListedAndDeleted() {
    TopicDescription created =
        door.admin()
            .createTopic(
                CreateTopicRequest.newBuilder()
                    .setTopic("life")
                    .setPartitions(2)
                    .putConfigs("retention.ms", "1000")
                    .build())
            .getTopic();
    assertEquals(2, created.getPartitionsCount());
    assertEquals(22, created.getTopicId().length());
    assertEquals(List.of(config("retention.ms", "1000")), created.getConfigsList());
    assertEquals(1, created.getMinInsyncReplicas());

    TopicDescription altered =
        door.admin()
            .alterTopic(
                AlterTopicRequest.newBuilder()
                    .setTopic("life")
                    .setPartitions(3)
                    .putSetConfigs("segment.bytes", "1048576")
                    .addDeleteConfigs("retention.ms")
                    .build())
            .getTopic();
    assertEquals(List.of(config("segment.bytes", "1048576")), altered.getConfigsList());

    DescribeTopicsResponse described =
        door.admin().describeTopics(DescribeTopicsRequest.newBuilder().addTopics("life").build());
    assertEquals(List.of(altered), described.getTopicsList());
    PartitionDescription last = altered.getPartitions(2);
    assertEquals(2, last.getPartition());
    assertEquals(1, last.getLeader());
    assertEquals(List.of(1), last.getReplicasList());
    assertEquals(List.of(1), last.getIsrList());
    assertEquals(door.doors.address().getPort(), described.getBrokers(0).getPort());

    var listed = door.admin().listTopics(ListTopicsRequest.getDefaultInstance());
    var listing =
        listed.getTopicsList().stream().filter(t -> t.getName().equals("life")).findFirst();
    assertEquals(3, listing.orElseThrow().getPartitionCount());

    var deleted =
        door.admin().deleteTopic(DeleteTopicRequest.newBuilder().setTopic("life").build());
    assertEquals(created.getTopicId(), deleted.getTopicId());
    assertRefused(
        ErrorKind.UNKNOWN_TOPIC,
        () ->
            door.admin()
                .describeTopics(DescribeTopicsRequest.newBuilder().addTopics("life").build()));
  }

  @Test
  void validateOnlyChangesNothing() {
    var request = CreateTopicRequest.newBuilder().setTopic("maybe").setPartitions(4);
    TopicDescription would =
        door.admin().createTopic(request.setValidateOnly(true).build()).getTopic();
    assertEquals(4, would.getPartitionsCount());
    TopicDescription is =
        door.admin().createTopic(request.setValidateOnly(false).build()).getTopic();
    assertEquals(4, is.getPartitionsCount());
  }

  @Test
  void whatCannotBeIsRefusedWithItsReason() {
    door.with("taken", 2);
    assertRefused(ErrorKind.TOPIC_EXISTS, () -> create(topic("taken")));
    assertRefused(ErrorKind.INVALID_TOPIC, () -> create(topic("../taken")));
    assertRefused(ErrorKind.INVALID_TOPIC, () -> create(topic("x".repeat(250))));
    for (int partitions : new int[] {-1, 0, Integer.MIN_VALUE, 10_001, Integer.MAX_VALUE}) {
      assertRefused(
          ErrorKind.INVALID_PARTITIONS, () -> create(topic("no").setPartitions(partitions)));
    }
    for (int factor : new int[] {-1, 0, 70_000}) {
      assertRefused(
          ErrorKind.INVALID_REPLICATION_FACTOR,
          () -> create(topic("no").setReplicationFactor(factor)));
    }
    assertRefused(
        ErrorKind.UNKNOWN_CONFIG, () -> create(topic("no").putConfigs("retentin.ms", "1")));
    assertRefused(
        ErrorKind.INVALID_CONFIG, () -> create(topic("no").putConfigs("retention.ms", "x")));
    assertRefused(ErrorKind.INVALID_REQUEST, () -> create(topic("no").setTimeoutMs(-1)));
    assertRefused(ErrorKind.INVALID_REQUEST, () -> create(topic("no").setTimeoutMs(300_001)));
    assertRefused(
        ErrorKind.UNKNOWN_TOPIC, () -> alter(AlterTopicRequest.newBuilder().setTopic("no")));
    assertRefused(
        ErrorKind.INVALID_PARTITIONS,
        () -> alter(AlterTopicRequest.newBuilder().setTopic("taken").setPartitions(1)));
    assertRefused(
        ErrorKind.UNKNOWN_TOPIC,
        () -> door.admin().deleteTopic(DeleteTopicRequest.newBuilder().setTopic("no").build()));
  }

  @Test
  void aRequestWithoutRecordsHasAtMostAMebibyte() {
    var request = DescribeTopicsRequest.newBuilder();
    for (int i = 0; i < 20_000; i++) {
      request.addTopics("t" + i + "x".repeat(60));
    }
    assertRefused(ErrorKind.INVALID_REQUEST, () -> door.admin().describeTopics(request.build()));
  }

  @Test
  void theClusterIsDescribed() {
    var cluster = door.admin().describeCluster(DescribeClusterRequest.getDefaultInstance());
    assertEquals("test", cluster.getClusterId());
    assertEquals(1, cluster.getAnsweredBy());
    assertEquals("127.0.0.1", cluster.getBrokers(0).getHost());
    assertTrue(cluster.getBrokersCount() == 1);
  }

  private static CreateTopicRequest.Builder topic(String name) {
    return CreateTopicRequest.newBuilder().setTopic(name);
  }

  private static void create(CreateTopicRequest.Builder request) {
    var _ = door.admin().createTopic(request.build());
  }

  private static void alter(AlterTopicRequest.Builder request) {
    var _ = door.admin().alterTopic(request.build());
  }

  private static ConfigEntry config(String key, String value) {
    return ConfigEntry.newBuilder().setKey(key).setValue(value).build();
  }
}
