package dev.milena.node.cluster;

import dev.milena.metadata.MetadataRecord.VotersNoted;
import dev.milena.metadata.VoterImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Says how the quorum's voters have changed. Pure. */
final class VoterSentences {
  private VoterSentences() {}

  /** One sentence: who came, who went, who was replaced, and who votes now. */
  static String of(VotersNoted noted) {
    if (noted.added().equals(noted.voters().voters())) {
      return "voters of the quorum are "
          + noted.added().stream().map(VoterSentences::named).collect(Collectors.joining(", "));
    }
    List<String> parts = new ArrayList<>();
    for (VoterImage voter : noted.added()) {
      parts.add(
          sameNode(noted.removed(), voter)
              .map(before -> "voter %s replaced by %s".formatted(named(before), named(voter)))
              .orElseGet(() -> "added voter " + named(voter)));
    }
    for (VoterImage voter : noted.removed()) {
      if (sameNode(noted.added(), voter).isEmpty()) {
        parts.add("removed voter " + named(voter));
      }
    }
    return "%s; voters are now %s".formatted(String.join(", ", parts), ids(noted));
  }

  private static Optional<VoterImage> sameNode(List<VoterImage> voters, VoterImage one) {
    return voters.stream().filter(voter -> voter.nodeId() == one.nodeId()).findFirst();
  }

  private static String named(VoterImage voter) {
    return voter.directory().isEmpty()
        ? voter.address()
        : "%s (directory %s)".formatted(voter.address(), voter.directory());
  }

  private static String ids(VotersNoted noted) {
    return noted.voters().voters().stream()
        .map(voter -> String.valueOf(voter.nodeId()))
        .collect(Collectors.joining(","));
  }
}
