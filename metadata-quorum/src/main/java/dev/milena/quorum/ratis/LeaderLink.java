package dev.milena.quorum.ratis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.client.RaftClientConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.retry.RetryPolicies;
import org.apache.ratis.util.TimeDuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a member's commands to the leader when that is another one; one attempt each, for whoever
 * asks retries under a deadline. The client is made at the first use: a single voter never needs
 * it.
 */
final class LeaderLink implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LeaderLink.class);

  /** How long one attempt may take; a leader that hangs is soon no leader. */
  private static final long ATTEMPT_MS = 2_000;

  private final Executor blocking;
  private final Object making = new Object();
  private Connected connected = new Connected.No();
  private boolean closed;

  /** The client, bound to the leader it was made for. */
  private sealed interface Connected {
    record No() implements Connected {}

    record To(RaftPeerId leader, RaftClient client) implements Connected {}
  }

  LeaderLink(Executor blocking) {
    this.blocking = blocking;
  }

  /**
   * One attempt.
   *
   * @param group the voters and where they are met, the leader among them
   */
  CompletableFuture<CallOutcome> send(RaftGroup group, RaftPeerId leader, Message message) {
    return CompletableFuture.supplyAsync(() -> attempt(group, leader, message), blocking);
  }

  private CallOutcome attempt(RaftGroup group, RaftPeerId leader, Message message) {
    try {
      return RatisCalls.outcome(client(group, leader).io().send(message), true);
    } catch (IOException failure) {
      // the next attempt connects anew: the leader may be elsewhere now
      synchronized (making) {
        disconnect();
      }
      return RatisCalls.failed(failure, true);
    }
  }

  private RaftClient client(RaftGroup group, RaftPeerId leader) throws IOException {
    synchronized (making) {
      if (closed) {
        throw new IOException("this member is stopping");
      }
      if (connected instanceof Connected.To(RaftPeerId to, RaftClient client)
          && to.equals(leader)) {
        return client;
      }
      disconnect();
      RaftProperties properties = new RaftProperties();
      RaftClientConfigKeys.Rpc.setRequestTimeout(
          properties, TimeDuration.valueOf(ATTEMPT_MS, TimeUnit.MILLISECONDS));
      RaftClient client =
          RaftClient.newBuilder()
              .setProperties(properties)
              .setRaftGroup(group)
              .setLeaderId(leader)
              .setRetryPolicy(RetryPolicies.noRetry())
              .build();
      connected = new Connected.To(leader, client);
      return client;
    }
  }

  private void disconnect() {
    if (connected instanceof Connected.To(RaftPeerId leader, RaftClient client)) {
      connected = new Connected.No();
      try {
        client.close();
      } catch (IOException | UncheckedIOException failure) {
        log.atWarn().addKeyValue("leader", leader).setCause(failure).log("a link did not close");
      }
    }
  }

  @Override
  public void close() {
    synchronized (making) {
      closed = true;
      disconnect();
    }
  }
}
