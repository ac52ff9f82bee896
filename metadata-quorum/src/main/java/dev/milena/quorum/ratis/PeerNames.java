package dev.milena.quorum.ratis;

import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;

/**
 * Node ids as Ratis' peer ids: "n1", and "n1-..." for a voter that came back with another disk, so
 * that an emptied disk never votes under its old name.
 */
final class PeerNames {
  private static final Pattern PEER = Pattern.compile("n(\\d{1,9})(-.*)?");

  private PeerNames() {}

  static RaftPeerId of(int nodeId) {
    return RaftPeerId.valueOf("n" + nodeId);
  }

  /** The node behind a peer id; nothing for one of another form. */
  static OptionalInt nodeId(RaftPeerId peer) {
    Matcher name = PEER.matcher(peer.toString());
    return name.matches() ? OptionalInt.of(Integer.parseInt(name.group(1))) : OptionalInt.empty();
  }

  /** The group as the settings name it. */
  static RaftGroup group(QuorumSettings settings) {
    List<RaftPeer> peers =
        settings.voters().stream()
            .map(voter ->
                RaftPeer.newBuilder()
                    .setId(of(voter.id()))
                    .setAddress(voter.host() + ":" + voter.port())
                    .build())
            .toList();
    return RaftGroup.valueOf(RaftGroupId.valueOf(settings.groupId()), peers);
  }
}
