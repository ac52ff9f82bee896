package dev.milena.broker.door.grpc;

import dev.milena.broker.core.Caller;
import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.Refusal;
import dev.milena.broker.core.cluster.AuditCall;
import dev.milena.broker.core.cluster.DecommissionCall;
import dev.milena.broker.core.cluster.ElectionCall;
import dev.milena.broker.core.cluster.VoterCall;
import dev.milena.proto.v1.AddVoterRequest;
import dev.milena.proto.v1.AuditRequest;
import dev.milena.proto.v1.DecommissionBrokerRequest;
import dev.milena.proto.v1.ElectLeadersRequest;
import dev.milena.proto.v1.RemoveVoterRequest;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Requests of ClusterService as calls of the desk. */
final class ClusterRequests {
  private static final int DEFAULT_TIMEOUT_MS = 15_000;
  private static final int MAX_PORT = 65_535;
  private static final int SHOWN_CHARS = 100;

  /** HOST:PORT; a numeric IPv6 address in brackets. */
  private static final Pattern ADDRESS =
      Pattern.compile("(?:\\[([0-9A-Fa-f:.%]{2,255})]|([^:\\[\\]\\s/@]{1,255})):([0-9]{1,5})");

  private ClusterRequests() {}

  static VoterCall addVoter(AddVoterRequest request, Caller caller) throws RequestRefused {
    Matcher address = ADDRESS.matcher(request.getAddress());
    int port = address.matches() ? Integer.parseInt(address.group(3)) : 0;
    if (port < 1 || port > MAX_PORT) {
      throw invalidVoter(
          "a voter's address is HOST:PORT of its quorum listener, with a port from 1 to %s; got \"%s\""
              .formatted(MAX_PORT, Shown.text(request.getAddress(), SHOWN_CHARS)));
    }
    return new VoterCall.AddVoterCall(
        caller,
        voter(request.getId()),
        address.group(1) == null ? address.group(2) : address.group(1),
        port,
        timeoutMs(request.getTimeoutMs()));
  }

  static VoterCall removeVoter(RemoveVoterRequest request, Caller caller) throws RequestRefused {
    return new VoterCall.RemoveVoterCall(
        caller, voter(request.getId()), timeoutMs(request.getTimeoutMs()));
  }

  static DecommissionCall decommission(DecommissionBrokerRequest request, Caller caller)
      throws RequestRefused {
    if (request.getId() < 0) {
      throw RequestRefused.invalid("broker ids count from 0, got " + request.getId());
    }
    return new DecommissionCall(caller, request.getId(), timeoutMs(request.getTimeoutMs()));
  }

  static ElectionCall election(ElectLeadersRequest request, Caller caller) throws RequestRefused {
    boolean all = request.getTopic().isEmpty();
    if (all && (request.hasPartition() || request.getUnclean())) {
      throw RequestRefused.invalid(
          "%s is for one topic: name it in topic"
              .formatted(request.hasPartition() ? "partition" : "unclean"));
    }
    return new ElectionCall(
        caller,
        all ? Optional.empty() : Optional.of(RequestChecks.topic(request.getTopic())),
        request.hasPartition()
            ? OptionalInt.of(
                RequestChecks.partition(request.getTopic(), request.getPartition()).partition())
            : OptionalInt.empty(),
        request.getUnclean(),
        timeoutMs(request.getTimeoutMs()));
  }

  static AuditCall audit(AuditRequest request) throws RequestRefused {
    // an id is made of characters that a name may have
    String topic = request.getTopic().isEmpty() ? "" : RequestChecks.topic(request.getTopic());
    if (request.getSinceMs() < 0 || request.getFromIndex() < 0) {
      throw RequestRefused.invalid(
          "since_ms and from_index are 0 or more, got %s and %s"
              .formatted(request.getSinceMs(), request.getFromIndex()));
    }
    int changes =
        RequestChecks.between("max_changes", request.getMaxChanges(), AuditCall.MAX_CHANGES);
    return new AuditCall(
        topic,
        request.getSinceMs(),
        request.getFromIndex(),
        changes == 0 ? AuditCall.MAX_CHANGES : changes);
  }

  private static int voter(int id) throws RequestRefused {
    if (id < 0) {
      throw invalidVoter("node ids count from 0, got " + id);
    }
    return id;
  }

  private static RequestRefused invalidVoter(String message) {
    return new RequestRefused(Refusal.of(ErrorKind.INVALID_VOTER, message));
  }

  private static int timeoutMs(int asked) throws RequestRefused {
    return RequestChecks.timeoutMs("timeout_ms", asked, DEFAULT_TIMEOUT_MS);
  }
}
