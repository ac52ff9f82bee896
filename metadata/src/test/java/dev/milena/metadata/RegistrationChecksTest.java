package dev.milena.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.milena.metadata.MetadataCommand.RegisterBroker;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.pcollections.TreePMap;

class RegistrationChecksTest {
  private static final IncarnationId RUN = new IncarnationId(1, 1);
  private static final DirectoryId DISK = new DirectoryId(0, 1);

  private final ClusterScript cluster = new ClusterScript();

  @Test
  void aBrokerHasAnIdAndARun() {
    refused("node.id is 0 or more, got -1", registration(-1, description("h", 1), RUN, ""));
    refused(
        "a broker registers with the id of its run; give it one",
        registration(1, description("h", 1), IncarnationId.NONE, ""));
  }

  @Test
  void anAddressIsOneThatClientsCanReach() {
    refused(
        "a broker registers with the host that clients reach it at, got none",
        registration(1, description("", 1), RUN, ""));
    refused(
        "the advertised host has at most 255 characters, got 256",
        registration(1, description("h".repeat(256), 1), RUN, ""));
    refused(
        "the advertised host is a name of letters, digits, '.', '-' and '_', or a numeric address"
            + " (IPv6 without brackets), got the character U+0020 in it",
        registration(1, description(" ", 1), RUN, ""));
    refused(
        "the advertised port is 1 to 65535, got 0", registration(1, description("h", 0), RUN, ""));
    refused(
        "the advertised port is 1 to 65535, got 65536",
        registration(1, description("h", 65_536), RUN, ""));
    cluster.accept(registration(1, description("kafka_1", 1), RUN, ""));
    cluster.accept(registration(2, description("::1", 1), RUN, ""));
  }

  @Test
  void wordsAreBounded() {
    refused(
        "broker.rack has at most 255 characters, got 256",
        registration(1, new BrokerDescription("h", 1, "r".repeat(256), "", "", false), RUN, ""));
    refused(
        "the address of the quorum listener has at most 261 characters, got 262",
        registration(1, new BrokerDescription("h", 1, "", "q".repeat(262), "", false), RUN, ""));
    refused(
        "the version has at most 64 characters, got 65",
        registration(1, new BrokerDescription("h", 1, "", "", "v".repeat(65), false), RUN, ""));
  }

  @Test
  void aTokenIsHashed() {
    for (String hash : List.of("a", "a".repeat(42), "a".repeat(44), "=".repeat(43))) {
      refused(
          "the hash of a token has 43 characters of Base64url, got %s; send SHA-256 of the token"
              .formatted(hash.length()),
          registration(1, description("h", 1), RUN, hash));
    }
    cluster.accept(registration(1, description("h", 1), RUN, "aZ09-_".repeat(7) + "x"));
  }

  @Test
  void directoriesAreNamedOnceAndFew() {
    refused(
        "a data directory is presented with its id, got none",
        with(List.of(new PresentedDirectory(DirectoryId.NONE, List.of(), false, List.of()))));
    PresentedDirectory disk = new PresentedDirectory(DISK, List.of(RUN), false, List.of());
    refused(
        "data directory AAAAAAAAAAAAAAAAAAAAAQ is presented twice; one of them is a copy: take it"
            + " out of log.dirs",
        with(
            List.of(
                disk,
                new PresentedDirectory(new DirectoryId(5, 5), List.of(), false, List.of()),
                disk)));
    refused(
        "data directory AAAAAAAAAAAAAAAAAAAAAQ presents 3 runs, and at most 2 are kept there",
        with(List.of(new PresentedDirectory(DISK, Collections.nCopies(3, RUN), false, List.of()))));
    refused(
        "a broker has at most 64 data directories, got 65; name fewer in log.dirs",
        with(
            LongStream.rangeClosed(1, 65)
                .mapToObj(i ->
                    new PresentedDirectory(new DirectoryId(1, i), List.of(RUN), false, List.of()))
                .toList()));
    cluster.accept(
        with(
            LongStream.rangeClosed(1, 64)
                .mapToObj(i ->
                    new PresentedDirectory(
                        new DirectoryId(1, i), List.of(RUN, RUN), false, List.of()))
                .toList()));
  }

  private void refused(String message, RegisterBroker register) {
    Decision.Refused refused = cluster.refuse(register);
    assertEquals(message, refused.message());
    assertEquals(RefusalReason.INVALID_BROKER, refused.reason());
    assertEquals(
        TreePMap.singleton("broker", Integer.toString(register.brokerId())), refused.about());
  }

  private static BrokerDescription description(String host, int port) {
    return new BrokerDescription(host, port, "", "", "", false);
  }

  private static RegisterBroker registration(
      int id, BrokerDescription description, IncarnationId run, String tokenHash) {
    return new RegisterBroker(
        id, description, run, IncarnationId.NONE, tokenHash, List.of(), List.of());
  }

  private static RegisterBroker with(List<PresentedDirectory> directories) {
    return new RegisterBroker(
        1, description("h", 1), RUN, IncarnationId.NONE, "", directories, List.of());
  }
}
