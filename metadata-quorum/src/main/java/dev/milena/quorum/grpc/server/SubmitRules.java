package dev.milena.quorum.grpc.server;

import com.google.protobuf.ByteString;
import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataCommand.RegisterBroker;
import dev.milena.quorum.grpc.BrokerToken;
import java.util.Optional;
import java.util.OptionalInt;

/** What another node may have decided through this one. Pure. */
final class SubmitRules {
  private SubmitRules() {}

  /**
   * Whether a registered broker may submit this: what a user may ask of any node, of what brokers
   * do in their own name only its own, but for registrations, and nothing that the quorum's leader
   * does.
   */
  static boolean mayCome(MetadataCommand command, int caller) {
    return switch (command) {
      case MetadataCommand.CheckStateHash _,
          MetadataCommand.NoteVoters _,
          MetadataCommand.UnfenceBroker _ ->
          false;
      case MetadataCommand.FenceBroker fence -> fence.brokerId() == caller;
      case MetadataCommand.StopBroker stop -> stop.brokerId() == caller;
      case MetadataCommand.ReportLostReplicas lost -> lost.brokerId() == caller;
      case MetadataCommand.AllocateProducerIds allocate -> allocate.brokerId() == caller;
      case MetadataCommand.ChangeIsr change -> change.brokerId() == caller;
      case RegisterBroker _,
          MetadataCommand.CreateTopic _,
          MetadataCommand.AlterTopic _,
          MetadataCommand.DeleteTopic _,
          MetadataCommand.DecommissionBroker _,
          MetadataCommand.ElectLeaders _,
          MetadataCommand.ReassignPartitions _,
          MetadataCommand.DrainBroker _,
          MetadataCommand.Unreadable _ ->
          true;
    };
  }

  /**
   * The registration as it may go on: without the run that it says it replaces, unless it comes
   * with that run's token. Everybody can learn the id of a run, and who names it puts out a broker
   * that is up. Whoever is registered meanwhile is another run, which the decision finds.
   *
   * @param row of the broker, as this member knows it
   * @param proof the token of the run that is replaced; empty for none
   */
  static RegisterBroker proven(
      RegisterBroker register, Optional<BrokerImage> row, ByteString proof) {
    boolean proven =
        row.isPresent()
            && row.get().incarnation().equals(register.replaces())
            && isTokenOf(row.get(), proof);
    return proven ? register : register.replacingNobody();
  }

  private static boolean isTokenOf(BrokerImage row, ByteString proof) {
    return proof.size() >= BrokerToken.MIN_BYTES
        && proof.size() <= BrokerToken.MAX_BYTES
        && BrokerToken.sameHash(row.tokenHash(), BrokerToken.of(proof.toByteArray()).hash());
  }

  /** Which broker a caller says that it is; empty when it does not say. */
  static OptionalInt brokerOf(PeerCaller caller) {
    return switch (caller) {
      case PeerCaller.Stranger _ -> OptionalInt.empty();
      case PeerCaller.Broker broker -> OptionalInt.of(broker.id());
    };
  }
}
