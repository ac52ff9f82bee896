package dev.milena.quorum.grpc.server;

import com.google.protobuf.UnsafeByteOperations;
import dev.milena.metadata.AnsweredRequests;
import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.ImageDelta;
import dev.milena.metadata.MetadataState;
import dev.milena.metadata.TopicDelta;
import dev.milena.metadata.TopicId;
import dev.milena.metadata.TopicImage;
import dev.milena.metadata.codec.RowChange;
import dev.milena.metadata.codec.RowCodec;
import dev.milena.proto.peer.v1.FollowResponse;
import dev.milena.proto.peer.v1.Row;
import dev.milena.proto.peer.v1.SnapshotEnd;
import dev.milena.proto.peer.v1.SnapshotHead;
import dev.milena.proto.peer.v1.SnapshotRows;
import dev.milena.quorum.store.RecordStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/**
 * An image as messages: its head, its rows in pages, its end. Rows are made as they are asked for,
 * a topic at a time, so that a slow follower holds one topic's rows and not all.
 */
final class SnapshotPages {
  private final RecordStream.Page.Whole whole;
  private final MetadataState state;
  private final RowChange stateRow;
  private final Iterator<TopicImage> topics;
  private final ArrayDeque<RowChange> rows = new ArrayDeque<>();
  private boolean begun;
  private boolean restMade;
  private boolean ended;
  private long rowCount;
  private long rowHash;

  SnapshotPages(RecordStream.Page.Whole whole) {
    this.whole = whole;
    this.state = new MetadataState(whole.image(), AnsweredRequests.NONE, 0);
    this.stateRow = RowCodec.stateRow(state);
    this.topics = whole.image().topics().values().iterator();
  }

  /** Everything up to here is in the image. */
  long index() {
    return whole.index();
  }

  /** Whether the end was given. */
  boolean isOver() {
    return ended;
  }

  /** The next message; after the end there is none. */
  FollowResponse.Builder next() {
    if (!begun) {
      begun = true;
      rows.add(stateRow);
      return FollowResponse.newBuilder()
          .setSnapshotHead(
              SnapshotHead.newBuilder()
                  .setIndex(whole.index())
                  .setLastStep(whole.lastStep())
                  .setRollingHash(whole.rollingHash()));
    }
    SnapshotRows.Builder page = page();
    if (page.getRowsCount() > 0) {
      return FollowResponse.newBuilder().setSnapshotRows(page);
    }
    ended = true;
    return FollowResponse.newBuilder()
        .setSnapshotEnd(SnapshotEnd.newBuilder().setRowCount(rowCount).setRowHash(rowHash));
  }

  private SnapshotRows.Builder page() {
    SnapshotRows.Builder page = SnapshotRows.newBuilder();
    int bytes = 0;
    while (bytes < StepPages.PAGE_BYTES && makeRows()) {
      RowChange row = rows.remove();
      byte[] value = row.after().orElseThrow();
      page.addRows(
          Row.newBuilder()
              .setKey(UnsafeByteOperations.unsafeWrap(row.key()))
              .setValue(UnsafeByteOperations.unsafeWrap(value)));
      bytes += row.key().length + value.length;
      rowCount++;
      rowHash += row.hashDifference();
    }
    return page;
  }

  /** Sees to it that there is a row, unless all were given. */
  private boolean makeRows() {
    while (rows.isEmpty() && topics.hasNext()) {
      add(new ImageDelta(topic(topics.next()), TreePSet.empty(), false));
    }
    if (rows.isEmpty() && !restMade) {
      restMade = true;
      ClusterImage image = whole.image();
      add(new ImageDelta(TreePMap.empty(), TreePSet.from(image.brokers().keySet()), true));
    }
    return !rows.isEmpty();
  }

  private static TreePMap<TopicId, TopicDelta> topic(TopicImage topic) {
    List<Integer> partitions = IntStream.range(0, topic.partitionCount()).boxed().toList();
    return TreePMap.singleton(
        topic.id(),
        new TopicDelta(topic.id(), topic.name(), TopicDelta.Kind.CREATED, true, partitions));
  }

  /** Without the state's own row, which was given first and differs from the empty state's. */
  private void add(ImageDelta delta) {
    RowCodec.changes(MetadataState.EMPTY, state, delta).stream()
        .filter(row -> !Arrays.equals(row.key(), stateRow.key()))
        .forEach(rows::add);
  }
}
