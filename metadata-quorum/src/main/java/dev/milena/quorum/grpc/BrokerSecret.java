package dev.milena.quorum.grpc;

import dev.milena.metadata.IncarnationId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a broker keeps on its disks to prove that it is itself: random bytes from which the token of
 * each of its runs follows. So a run knows the token of every run before it, whatever killed them
 * and when, and nothing has to be written down between two runs.
 *
 * <p>The bytes are a secret: they are never printed, logged or sent, and kept in one file that only
 * this user reads.
 */
public final class BrokerSecret {
  /** So many. */
  public static final int BYTES = 32;

  private static final String ALGORITHM = "HmacSHA256";
  private static final byte[] PURPOSE = "milena-token 1".getBytes(StandardCharsets.US_ASCII);

  private final byte[] bytes;

  private BrokerSecret(byte[] bytes) {
    this.bytes = bytes;
  }

  /** A secret that nobody else has. */
  public static BrokerSecret fresh(SecureRandom random) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return new BrokerSecret(bytes);
  }

  /**
   * A secret as it was kept.
   *
   * @throws IllegalArgumentException when it is shorter or longer than a secret is
   */
  public static BrokerSecret of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException(
          "a secret has %s bytes, got %s".formatted(BYTES, bytes.length));
    }
    return new BrokerSecret(bytes.clone());
  }

  /** The secret itself, a copy: for the file that keeps it. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** The token of a run: HMAC-SHA256, under this secret, of a purpose and the run's 16 bytes. */
  public BrokerToken token(IncarnationId run) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(bytes, ALGORITHM));
      mac.update(PURPOSE);
      mac.update(ByteBuffer.allocate(2 * Long.BYTES).putLong(run.high()).putLong(run.low()).flip());
      return BrokerToken.of(mac.doFinal());
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java has " + ALGORITHM, impossible);
    }
  }

  /** Says nothing of the secret. */
  @Override
  public String toString() {
    return "a secret";
  }
}
