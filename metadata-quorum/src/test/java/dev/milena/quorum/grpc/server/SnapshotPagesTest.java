package dev.milena.quorum.grpc.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.codec.RowReader;
import dev.milena.proto.peer.v1.FollowResponse;
import dev.milena.proto.peer.v1.Row;
import dev.milena.quorum.grpc.TestQuorum;
import dev.milena.quorum.store.RecordStream;
import org.junit.jupiter.api.Test;

/** An image on its way to a broker that has nothing. */
class SnapshotPagesTest {
  @Test
  void anImageOutOfWhichProducerIdsWereGivenComesAcrossAsItIs() throws Exception {
    TestQuorum quorum = new TestQuorum();
    quorum.bringUpBroker(1, "h", 1);
    quorum.appendTopics(0, 5);
    long epoch = quorum.image(quorum.lastIndex()).broker(1).orElseThrow().brokerEpoch();
    assertInstanceOf(
        QuorumAnswer.Decided.class,
        quorum.append(new MetadataCommand.AllocateProducerIds(1, epoch)));
    ClusterImage image = quorum.image(quorum.lastIndex());

    assertEquals(image, received(image));
  }

  @Test
  void anImageOfNothingComesAcross() throws Exception {
    assertEquals(ClusterImage.EMPTY, received(ClusterImage.EMPTY));
  }

  /** What the rows come to, which are as many and hash as the end of the image says. */
  private static ClusterImage received(ClusterImage image) throws Exception {
    SnapshotPages pages = new SnapshotPages(new RecordStream.Page.Whole(9, 9, 77, image));
    RowReader reader = new RowReader();
    long count = 0;
    while (!pages.isOver()) {
      FollowResponse message = pages.next().build();
      for (Row row : message.getSnapshotRows().getRowsList()) {
        reader.add(row.getKey().toByteArray(), row.getValue().toByteArray());
        count++;
      }
      if (message.hasSnapshotEnd()) {
        assertEquals(count, message.getSnapshotEnd().getRowCount());
        assertEquals(reader.hash(), message.getSnapshotEnd().getRowHash());
      }
    }
    return reader.state().image();
  }
}
