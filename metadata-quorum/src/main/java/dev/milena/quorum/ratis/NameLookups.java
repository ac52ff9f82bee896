package dev.milena.quorum.ratis;

import java.security.Security;

/**
 * Has names of other nodes looked up anew soon after their addresses have changed. Java keeps an
 * address for 30 s, a failure for 10 s, and gRPC keeps what Java gave it for another 30 s.
 */
public final class NameLookups {
  private static final String TTL = "networkaddress.cache.ttl";
  private static final String NEGATIVE_TTL = "networkaddress.cache.negative.ttl";
  private static final String SECONDS = "5";

  private NameLookups() {}

  /**
   * For the whole process; must be called before the first name is looked up in it, for Java reads
   * the first two then and never again.
   */
  public static void followChanges() {
    Security.setProperty(TTL, SECONDS);
    Security.setProperty(NEGATIVE_TTL, "0");
    // gRPC's own, under the same name but of another kind
    System.setProperty(TTL, SECONDS);
  }
}
