package dev.milena.metadata;

import dev.milena.metadata.MetadataCommand.RegisterBroker;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.pcollections.TreePMap;

/** Decides {@link RegisterBroker}: one run of a broker after another, never two at once. */
final class RegisterBrokerDecider {
  private RegisterBrokerDecider() {}

  static Decision decide(ClusterImage image, RegisterBroker register, CommandStamp stamp) {
    Optional<Decision.Refused> refusal = RegistrationChecks.refusal(register);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    BrokerImage before = image.brokers().get(register.brokerId());
    if (before == null) {
      return accept(row(register, BrokerStanding.first(stamp.timeMs()), 0), List.of());
    }
    if (before.incarnation().equals(register.incarnation())) {
      return new Decision.Accepted(List.of(), new MetadataReply.BrokerReply(before.brokerEpoch()));
    }
    BrokerImage after =
        row(register, before.standing().registeredAnew(stamp.timeMs()), before.brokerEpoch() + 1);
    if (!before.fenced() && !before.incarnation().equals(register.replaces())) {
      return Refusals.broker(
          RefusalReason.BROKER_ID_IN_USE,
          before.id(),
          "node.id %s is in use by a node at %s:%s that is up; give each node its own"
              .formatted(before.id(), before.host(), before.port()));
    }
    return accept(
        after,
        BrokerChanges.gone(image, before.id(), DirectoryMatch.remains(image, before, register)));
  }

  private static Decision accept(BrokerImage after, List<MetadataRecord> partitions) {
    List<MetadataRecord> records = new ArrayList<>();
    records.add(new MetadataRecord.BrokerRegistered(after));
    records.addAll(partitions);
    return new Decision.Accepted(records, new MetadataReply.BrokerReply(after.brokerEpoch()));
  }

  /** The row from now on: every directory presented has seen this run. */
  private static BrokerImage row(
      RegisterBroker register, BrokerStanding standing, long brokerEpoch) {
    TreePMap<DirectoryId, IncarnationId> directories = TreePMap.empty();
    for (PresentedDirectory directory : register.directories()) {
      directories = directories.plus(directory.id(), register.incarnation());
    }
    return new BrokerImage(
        register.brokerId(),
        register.description(),
        register.incarnation(),
        register.tokenHash(),
        directories,
        standing,
        brokerEpoch);
  }
}
