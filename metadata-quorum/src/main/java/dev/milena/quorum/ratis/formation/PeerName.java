package dev.milena.quorum.ratis.formation;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name under which a node votes: its id, and the directory that its log and its vote lie in.
 * Whoever loses the directory loses the name, so that an emptied disk cannot vote twice.
 *
 * <p>As text "n1-kRb3Uy_0Q7eW8Wc8uX2q5A", which is also Ratis' peer id.
 *
 * @param nodeId the node.id
 * @param directory 22 characters of Base64url; empty for a folder from before there were any
 */
public record PeerName(int nodeId, String directory) implements Comparable<PeerName> {
  private static final Pattern TEXT =
      Pattern.compile("n(0|[1-9][0-9]{0,8}|[12][0-9]{9})(?:-([A-Za-z0-9_-]{22}))?");

  /**
   * Checks the form.
   *
   * @throws IllegalArgumentException when it is another
   */
  public PeerName {
    if (!TEXT.matcher(text(nodeId, directory)).matches()) {
      throw new IllegalArgumentException("not a peer name: " + text(nodeId, directory));
    }
  }

  /** A name that nobody has had before, if the number is random. */
  public static PeerName of(int nodeId, UUID random) {
    byte[] bytes =
        ByteBuffer.allocate(16)
            .putLong(random.getMostSignificantBits())
            .putLong(random.getLeastSignificantBits())
            .array();
    return new PeerName(nodeId, Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  /** The name that a text says; nothing for a text of another form. */
  public static Optional<PeerName> parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches() || Long.parseLong(matcher.group(1)) > Integer.MAX_VALUE) {
      return Optional.empty();
    }
    String directory = matcher.group(2) == null ? "" : matcher.group(2);
    return Optional.of(new PeerName(Integer.parseInt(matcher.group(1)), directory));
  }

  private static String text(int nodeId, String directory) {
    return directory.isEmpty() ? "n" + nodeId : "n" + nodeId + "-" + directory;
  }

  @Override
  public int compareTo(PeerName other) {
    int byNode = Integer.compare(nodeId, other.nodeId);
    return byNode != 0 ? byNode : directory.compareTo(other.directory);
  }

  @Override
  public String toString() {
    return text(nodeId, directory);
  }
}
