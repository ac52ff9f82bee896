package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.it.process.NodeProcess;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * With -Dcluster.stream=true no broker uses the member of the quorum beside it: each follows the
 * metadata over the stream, from another node.
 */
final class StreamFed {
  /** Whether it was asked for. */
  static final boolean WANTED = Boolean.getBoolean("cluster.stream");

  private static final Pattern FOLLOWED =
      Pattern.compile("member=(\\S+) index=\\S+ follows the quorum");

  private StreamFed() {}

  /** What a node's process is given for it. */
  static Map<String, String> environment() {
    return WANTED ? Map.of("MILENA_JVM_OPTS", "-Dmilena.metadata.stream=true") : Map.of();
  }

  /**
   * Where it was asked for, a node that is ready says that it does so.
   *
   * @param own where it serves clients: nobody follows itself
   */
  static void assertAsAsked(NodeProcess node, String own) throws IOException {
    if (!WANTED || !node.output().contains("milena ready:")) {
      return;
    }
    String said = node.errors();
    Set<String> followed =
        FOLLOWED.matcher(said).results().map(one -> one.group(1)).collect(Collectors.toSet());
    assertTrue(
        !followed.isEmpty()
            && !followed.contains(own)
            && said.contains("source=STREAM the metadata comes from another source")
            && !said.contains("source=MEMBER"),
        () -> "the node at %s does not follow others alone: %s".formatted(own, said));
  }
}
