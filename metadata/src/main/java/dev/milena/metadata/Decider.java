package dev.milena.metadata;

import dev.milena.metadata.MetadataCommand.AlterTopic;
import dev.milena.metadata.MetadataCommand.ChangeIsr;
import dev.milena.metadata.MetadataCommand.CheckStateHash;
import dev.milena.metadata.MetadataCommand.CreateTopic;
import dev.milena.metadata.MetadataCommand.DecommissionBroker;
import dev.milena.metadata.MetadataCommand.DeleteTopic;
import dev.milena.metadata.MetadataCommand.ElectLeaders;
import dev.milena.metadata.MetadataCommand.FenceBroker;
import dev.milena.metadata.MetadataCommand.NoteVoters;
import dev.milena.metadata.MetadataCommand.ReassignPartitions;
import dev.milena.metadata.MetadataCommand.RegisterBroker;
import dev.milena.metadata.MetadataCommand.ReportLostReplicas;
import dev.milena.metadata.MetadataCommand.StopBroker;
import dev.milena.metadata.MetadataCommand.UnfenceBroker;
import dev.milena.metadata.MetadataCommand.Unreadable;
import java.util.List;
import org.pcollections.TreePMap;

/**
 * Decides every command: the one entry to the rules.
 *
 * <p>Total and pure: any command on any image gives a decision, and the same one on every member. A
 * door may call it on its own image to check a command without changing anything.
 */
public final class Decider {
  private Decider() {}

  /**
   * Decides what the command does to the image.
   *
   * @param stamp the time, id and seed to use
   */
  public static Decision decide(ClusterImage image, MetadataCommand command, CommandStamp stamp) {
    return switch (command) {
      case CreateTopic create -> CreateTopicDecider.decide(image, create, stamp);
      case AlterTopic alter -> AlterTopicDecider.decide(image, alter, stamp);
      case DeleteTopic delete -> DeleteTopicDecider.decide(image, delete);
      case RegisterBroker register -> RegisterBrokerDecider.decide(image, register, stamp);
      case FenceBroker fence -> FenceBrokerDecider.decide(image, fence);
      case UnfenceBroker unfence -> UnfenceBrokerDecider.decide(image, unfence, stamp);
      case ChangeIsr change -> ChangeIsrDecider.decide(image, change);
      case ReportLostReplicas lost -> ReportLostReplicasDecider.decide(image, lost);
      case StopBroker stop -> StopBrokerDecider.decide(image, stop);
      case DecommissionBroker decommission -> DecommissionBrokerDecider.decide(image, decommission);
      case ElectLeaders elect -> ElectLeadersDecider.decide(image, elect);
      case MetadataCommand.DrainBroker drain -> DrainBrokerDecider.decide(image, drain, stamp);
      case ReassignPartitions reassign -> ReassignPartitionsDecider.decide(image, reassign);
      case MetadataCommand.AllocateProducerIds allocate ->
          AllocateProducerIdsDecider.decide(image, allocate);
      case NoteVoters note -> NoteVotersDecider.decide(image, note);
      case CheckStateHash check -> new Decision.Accepted(List.of(), new MetadataReply.DoneReply());
      case Unreadable unreadable ->
          Decision.Refused.of(
              RefusalReason.UNSUPPORTED_COMMAND,
              "the cluster does not know this command; update its nodes first",
              TreePMap.<String, String>empty());
    };
  }
}
