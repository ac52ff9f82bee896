package dev.milena.quorum.grpc;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * What a run of a broker proves itself with to other nodes: random bytes that it alone knows. The
 * quorum keeps their hash.
 *
 * <p>The bytes are a secret: they are never printed, logged or stored.
 */
public final class BrokerToken {
  /** The fewest bytes that are taken for a token. */
  public static final int MIN_BYTES = 16;

  /** The most. */
  public static final int MAX_BYTES = 64;

  private static final int FRESH_BYTES = 32;

  private final byte[] bytes;

  private BrokerToken(byte[] bytes) {
    this.bytes = bytes;
  }

  /** A token that nobody else has. */
  public static BrokerToken fresh(SecureRandom random) {
    byte[] bytes = new byte[FRESH_BYTES];
    random.nextBytes(bytes);
    return new BrokerToken(bytes);
  }

  /**
   * A token as it came.
   *
   * @throws IllegalArgumentException when it is shorter or longer than a token may be
   */
  public static BrokerToken of(byte[] bytes) {
    if (bytes.length < MIN_BYTES || bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a token has %s to %s bytes, got %s".formatted(MIN_BYTES, MAX_BYTES, bytes.length));
    }
    return new BrokerToken(bytes.clone());
  }

  /** The secret itself, a copy: for the header of a call. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** SHA-256 in Base64url without padding, 43 characters: what the quorum keeps. */
  public String hash() {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }

  /** Whether two hashes are the same; takes as long whether they are or not. */
  public static boolean sameHash(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }

  /** Says nothing of the secret. */
  @Override
  public String toString() {
    return "a token";
  }
}
