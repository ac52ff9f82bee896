package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.ratis.proto.RaftProtos.FileChunkProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto.SnapshotChunkProto;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.RaftGroupIdProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.TermIndexProto;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.InvalidProtocolBufferException;
import org.apache.ratis.thirdparty.com.google.protobuf.UnknownFieldSet;
import org.apache.ratis.thirdparty.com.google.protobuf.UnknownFieldSet.Field;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SnapshotSealTest {
  /** Behind those that Ratis has. */
  private static final int FIELD_OF_LATER = 9;

  private final InstallSnapshotRequestProto part = part();

  @Test
  void whatWasNotTouchedIsLetIn() throws Exception {
    InstallSnapshotRequestProto sealed = SnapshotSeal.seal(part);
    assertTrue(SnapshotSeal.holds(sealed));
    assertTrue(SnapshotSeal.holds(InstallSnapshotRequestProto.parseFrom(sealed.toByteArray())));
  }

  @Test
  void whatHasNoSealIsRefused() {
    assertFalse(SnapshotSeal.holds(part));
  }

  /** But for a bit that leaves the message what it was: a "true" that is written as 3. */
  @Test
  void whateverBitFlipsItIsRefused() {
    InstallSnapshotRequestProto sealed = SnapshotSeal.seal(part);
    byte[] bytes = sealed.toByteArray();
    int meansTheSame = 0;
    for (int bit = 0; bit < 8 * bytes.length; bit++) {
      bytes[bit / 8] ^= (byte) (1 << bit % 8);
      InstallSnapshotRequestProto flipped = parsed(bytes);
      bytes[bit / 8] ^= (byte) (1 << bit % 8);
      if (flipped.equals(sealed)) {
        meansTheSame++;
      } else {
        assertFalse(SnapshotSeal.holds(flipped), "bit " + bit + ": " + flipped);
      }
    }
    // each "true" has 6 bits more that may be set, the 7th makes it longer
    assertEquals(2 * 6, meansTheSame);
  }

  @Test
  void aFieldOfALaterRatisIsLetInAsItWasSealedAndNotChanged() throws Exception {
    byte[] bytes = SnapshotSeal.seal(later()).toByteArray();
    InstallSnapshotRequestProto sealed = InstallSnapshotRequestProto.parseFrom(bytes);
    assertTrue(SnapshotSeal.holds(sealed));
    Field value = Field.newBuilder().addVarint(6).build();
    assertFalse(
        SnapshotSeal.holds(
            sealed.toBuilder()
                .setUnknownFields(
                    UnknownFieldSet.newBuilder(sealed.getUnknownFields())
                        .clearField(FIELD_OF_LATER)
                        .addField(FIELD_OF_LATER, value)
                        .build())
                .build()));
  }

  private InstallSnapshotRequestProto later() {
    Field value = Field.newBuilder().addVarint(7).build();
    return part.toBuilder()
        .setUnknownFields(UnknownFieldSet.newBuilder().addField(FIELD_OF_LATER, value).build())
        .build();
  }

  /** Nothing, which is refused, for what is no message. */
  private static InstallSnapshotRequestProto parsed(byte[] bytes) {
    try {
      return InstallSnapshotRequestProto.parseFrom(bytes);
    } catch (InvalidProtocolBufferException refused) {
      return InstallSnapshotRequestProto.getDefaultInstance();
    }
  }

  private static InstallSnapshotRequestProto part() {
    ByteString id = ByteString.copyFromUtf8("voter-of-some-name");
    return InstallSnapshotRequestProto.newBuilder()
        .setServerRequest(
            RaftRpcRequestProto.newBuilder()
                .setRequestorId(id)
                .setReplyId(id)
                .setRaftGroupId(RaftGroupIdProto.newBuilder().setId(id))
                .setCallId(300))
        .setLeaderTerm(7)
        .setLastRaftConfigurationLogEntryProto(
            LogEntryProto.newBuilder()
                .setTerm(6)
                .setIndex(70)
                .setConfigurationEntry(
                    RaftConfigurationProto.newBuilder()
                        .addPeers(
                            RaftPeerProto.newBuilder().setId(id).setAddress("127.0.0.1:9095"))))
        .setSnapshotChunk(
            SnapshotChunkProto.newBuilder()
                .setRequestId("6f1c9a50-aaaa-bbbb-cccc-121212121212")
                .setRequestIndex(3)
                .setTermIndex(TermIndexProto.newBuilder().setTerm(6).setIndex(1_000))
                .setTotalSize(123_456)
                .setDone(true)
                .addFileChunks(
                    FileChunkProto.newBuilder()
                        .setFilename("sm/cp-6-1000/000007.sst")
                        .setTotalSize(200)
                        .setOffset(0)
                        .setChunkIndex(0)
                        .setDone(true)
                        .setFileDigest(ByteString.copyFromUtf8("0123456789abcdef"))
                        .setData(ByteString.copyFrom(new byte[200]))))
        .build();
  }
}
