package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.Answer;
import dev.milena.quorum.ratis.formation.Formation;
import dev.milena.quorum.ratis.formation.IntroductionReply;
import dev.milena.quorum.ratis.formation.IntroductionRequest;
import dev.milena.quorum.ratis.formation.OwnAddress;
import dev.milena.quorum.ratis.formation.Peer;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out whether the others meet this voter where the quorum knows it. */
final class OwnAddressNotice {
  private static final Logger log = LoggerFactory.getLogger(OwnAddressNotice.class);

  private OwnAddressNotice() {}

  /** Says at a start that they do not. */
  static void give(String clusterId, LocalPeer peer, Formation voters, Executor blocking) {
    if (OwnAddress.elsewhere(peer.name(), peer.port(), voters).isPresent()) {
      blocking.execute(() ->
          elsewhere(clusterId, peer, voters)
              .filter(own -> !own.isMeant())
              .ifPresent(own ->
                  log.atWarn().addKeyValue("node", peer.name().nodeId()).log(own.atStart())));
    }
  }

  /**
   * Where this voter is, if nobody meets it at the port that the quorum knows. Where that is
   * another way in, as where ports are mapped, it answers there. Blocks for {@link
   * Membership#ASK_MS} at most.
   */
  static Optional<OwnAddress> elsewhere(String clusterId, LocalPeer peer, Formation voters) {
    return OwnAddress.elsewhere(peer.name(), peer.port(), voters)
        .filter(own -> !answersAt(clusterId, peer, own.known()));
  }

  private static boolean answersAt(String clusterId, LocalPeer peer, Peer known) {
    IntroductionRequest who = new IntroductionRequest(clusterId, peer.name(), Optional.empty());
    return known.port() != 0
        && IntroductionCall.ask(known.host(), known.port(), who, Membership.ASK_MS)
            instanceof Answer.Introduced(IntroductionReply reply)
        && reply.introduction().peer().equals(peer.name());
  }
}
