package dev.milena.metadata;

/**
 * A node that votes in the quorum, as its configuration has it.
 *
 * @param nodeId the node.id
 * @param directory the directory that its log and its vote lie in, 22 characters of Base64url, as
 *     {@code kafkactl quorum --describe} shows it; empty for a folder from before there were any
 * @param host of its quorum listener, without the brackets of IPv6
 */
public record VoterImage(int nodeId, String directory, String host, int port)
    implements Comparable<VoterImage> {
  /** ID@HOST:PORT, with brackets around a numeric IPv6 address. */
  public String address() {
    return (host.indexOf(':') >= 0 ? "%s@[%s]:%s" : "%s@%s:%s").formatted(nodeId, host, port);
  }

  @Override
  public int compareTo(VoterImage other) {
    int byNode = Integer.compare(nodeId, other.nodeId);
    int byDirectory = byNode != 0 ? byNode : directory.compareTo(other.directory);
    int byHost = byDirectory != 0 ? byDirectory : host.compareTo(other.host);
    return byHost != 0 ? byHost : Integer.compare(port, other.port);
  }
}
