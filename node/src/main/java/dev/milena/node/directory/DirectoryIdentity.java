package dev.milena.node.directory;

import java.io.IOException;
import java.io.StringReader;
import java.util.Properties;
import java.util.UUID;

/**
 * Whose a directory is: the file meta.properties in it.
 *
 * <p>The form is Kafka's (version, cluster.id, node.id), with one more line, {@code
 * software=milena}, so that neither takes the other's directory for its own. Which directory it is,
 * of the node's several, the file milena.directory in it says, with the id that the quorum knows it
 * by; a directory.id here, which Milena wrote once, says nothing.
 *
 * @param clusterId of the cluster
 * @param nodeId of the node
 */
record DirectoryIdentity(UUID clusterId, int nodeId) {
  /** The file's name. */
  static final String FILE = "meta.properties";

  private static final String SOFTWARE = "milena";
  private static final String VERSION = "1";

  /** The file's text. With %s throughout: %d would write the digits of the user's language. */
  String text() {
    return """
    # Whose data this directory holds; not for editing.
    version=%s
    software=%s
    cluster.id=%s
    node.id=%s
    """
        .formatted(VERSION, SOFTWARE, ShownId.of(clusterId), nodeId);
  }

  /** Reads the file's text. The message of the failure says what is wrong with it. */
  static DirectoryIdentity parse(String text) throws MalformedIdentity {
    Properties lines = new Properties();
    try {
      lines.load(new StringReader(text));
    } catch (IOException | IllegalArgumentException e) {
      throw new MalformedIdentity("is not a properties file: " + e.getMessage());
    }
    if (!SOFTWARE.equals(lines.getProperty("software"))) {
      throw new MalformedIdentity(
          lines.containsKey("cluster.id")
              ? "was written by Apache Kafka, or another program, and not by Milena"
              : "does not say software=" + SOFTWARE);
    }
    if (!VERSION.equals(lines.getProperty("version"))) {
      throw new MalformedIdentity(
          "has version %s, and this program reads version %s"
              .formatted(lines.getProperty("version"), VERSION));
    }
    return new DirectoryIdentity(id(lines, "cluster.id"), nodeId(lines));
  }

  private static int nodeId(Properties lines) throws MalformedIdentity {
    String text = lines.getProperty("node.id", "");
    if (!text.matches("\\d{1,9}|1\\d{9}|2[01]\\d{8}")) {
      throw new MalformedIdentity("has no usable node.id: \"" + text + "\"");
    }
    return Integer.parseInt(text);
  }

  private static UUID id(Properties lines, String key) throws MalformedIdentity {
    String text = lines.getProperty(key, "");
    return ShownId.parse(text)
        .orElseThrow(() -> new MalformedIdentity("has no usable %s: \"%s\"".formatted(key, text)));
  }

  /** The text is not what Milena writes; the message says how, to follow the file's name. */
  static final class MalformedIdentity extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedIdentity(String how) {
      super(how);
    }
  }
}
