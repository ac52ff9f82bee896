package dev.milena.quorum.grpc;

import dev.milena.metadata.IncarnationId;
import java.util.Optional;

/** Tokens that follow from the broker's secret. Any thread. */
public final class RunTokens implements PeerTokens {
  private final BrokerSecret secret;
  private volatile Optional<BrokerToken> own = Optional.empty();

  /** No run is known yet. */
  public RunTokens(BrokerSecret secret) {
    this.secret = secret;
  }

  /**
   * This is the run; from now on calls carry its token.
   *
   * @return the token's hash, for the registration
   */
  public String begin(IncarnationId run) {
    BrokerToken token = secret.token(run);
    own = Optional.of(token);
    return token.hash();
  }

  @Override
  public Optional<BrokerToken> own() {
    return own;
  }

  @Override
  public Optional<BrokerToken> ofRun(IncarnationId run) {
    return run.equals(IncarnationId.NONE) ? Optional.empty() : Optional.of(secret.token(run));
  }
}
