package dev.milena.quorum.ratis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Tells a member's folder in which nothing was ever decided: it names its owner, and there is no
 * log in it, no vote, and no word of a quorum. What its owner is called was only a wish so far.
 */
public final class UnusedFolder {
  private static final String IDENTITY = "identity";

  /** The open database is made anew at every start. What is not known counts as something. */
  private static final Set<String> NOTHING = Set.of(IDENTITY, IDENTITY + ".new", "live");

  private UnusedFolder() {}

  /** Whether it holds nothing yet, or is not there at all. */
  public static boolean is(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return true;
    }
    try (Stream<Path> files = Files.list(folder)) {
      if (!files.allMatch(file -> NOTHING.contains(file.getFileName().toString()))) {
        return false;
      }
    }
    Path identity = folder.resolve(IDENTITY);
    return !Files.exists(identity) || nameOnly(Files.readString(identity));
  }

  private static boolean nameOnly(String identity) {
    List<String> lines = identity.lines().toList();
    return lines.size() == 4
        && lines.get(0).equals(MemberFolder.FIRST_LINE)
        && lines.get(3).startsWith(MemberFolder.DIRECTORY);
  }

  /** Whether the identity is one of this node, of whichever cluster. */
  static boolean isOfNode(String identity, int nodeId) {
    return identity.lines().skip(2).findFirst().filter(("node " + nodeId)::equals).isPresent();
  }
}
