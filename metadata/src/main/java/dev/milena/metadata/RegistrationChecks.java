package dev.milena.metadata;

import dev.milena.metadata.MetadataCommand.RegisterBroker;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Says what is wrong with a registration, whatever the image. Pure. */
public final class RegistrationChecks {
  private static final int MAX_PORT = 65_535;

  private RegistrationChecks() {}

  /** The no that the first fault comes to; empty when there is none. */
  public static Optional<Decision.Refused> refusal(RegisterBroker register) {
    return fault(register)
        .map(fault -> Refusals.broker(RefusalReason.INVALID_BROKER, register.brokerId(), fault));
  }

  private static Optional<String> fault(RegisterBroker register) {
    if (register.brokerId() < 0) {
      return Optional.of("node.id is 0 or more, got " + register.brokerId());
    }
    if (register.incarnation().equals(IncarnationId.NONE)) {
      return Optional.of("a broker registers with the id of its run; give it one");
    }
    return fault(register.description())
        .or(() -> tokenFault(register.tokenHash()))
        .or(() -> directoriesFault(register.directories()));
  }

  private static Optional<String> fault(BrokerDescription description) {
    if (description.host().isEmpty()) {
      return Optional.of("a broker registers with the host that clients reach it at, got none");
    }
    if (description.port() < 1 || description.port() > MAX_PORT) {
      return Optional.of("the advertised port is 1 to 65535, got " + description.port());
    }
    return HostRule.fault("the advertised host", description.host())
        .or(() -> tooLong("broker.rack", description.rack(), MetadataLimits.MAX_RACK_LENGTH))
        .or(() ->
            tooLong(
                "the address of the quorum listener",
                description.quorumAddress(),
                MetadataLimits.MAX_ADDRESS_LENGTH))
        .or(() -> tooLong("the version", description.version(), MetadataLimits.MAX_VERSION_LENGTH));
  }

  private static Optional<String> tooLong(String what, String text, int most) {
    return text.length() <= most
        ? Optional.empty()
        : Optional.of("%s has at most %s characters, got %s".formatted(what, most, text.length()));
  }

  private static Optional<String> tokenFault(String tokenHash) {
    boolean fine =
        tokenHash.isEmpty()
            || (tokenHash.length() == MetadataLimits.TOKEN_HASH_LENGTH
                && tokenHash.chars().allMatch(RegistrationChecks::isBase64Url));
    return fine
        ? Optional.empty()
        : Optional.of(
            "the hash of a token has %s characters of Base64url, got %s; send SHA-256 of the token"
                .formatted(MetadataLimits.TOKEN_HASH_LENGTH, tokenHash.length()));
  }

  private static boolean isBase64Url(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_';
  }

  private static Optional<String> directoriesFault(List<PresentedDirectory> directories) {
    if (directories.size() > MetadataLimits.MAX_DIRECTORIES_PER_BROKER) {
      return Optional.of(
          "a broker has at most %s data directories, got %s; name fewer in log.dirs"
              .formatted(MetadataLimits.MAX_DIRECTORIES_PER_BROKER, directories.size()));
    }
    TreeSet<DirectoryId> seen = new TreeSet<>();
    for (PresentedDirectory directory : directories) {
      if (directory.id().equals(DirectoryId.NONE)) {
        return Optional.of("a data directory is presented with its id, got none");
      }
      if (!seen.add(directory.id())) {
        return Optional.of(
            "data directory %s is presented twice; one of them is a copy: take it out of log.dirs"
                .formatted(directory.id()));
      }
      if (directory.incarnations().size() > PresentedDirectory.MAX_INCARNATIONS) {
        return Optional.of(
            "data directory %s presents %s runs, and at most %s are kept there"
                .formatted(
                    directory.id(),
                    directory.incarnations().size(),
                    PresentedDirectory.MAX_INCARNATIONS));
      }
    }
    return Optional.empty();
  }
}
