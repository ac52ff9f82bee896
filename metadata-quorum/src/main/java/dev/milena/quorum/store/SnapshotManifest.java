package dev.milena.quorum.store;

import dev.milena.metadata.codec.RowHash;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * What a snapshot consists of, as text of one line each; docs/FORMAT-QUORUM.md has an example.
 *
 * @param term of the last entry in the snapshot
 * @param index of the last entry in the snapshot; the quorum's log goes on after it
 * @param stateHash over all rows; alike on all members at the same index
 * @param rollingHash over all steps of the journal; alike on all members
 * @param files every file but the manifest, sorted by name
 */
public record SnapshotManifest(
    long term, long index, long stateHash, long rollingHash, List<Part> files) {
  /** The name of the manifest's own file. */
  public static final String FILE_NAME = "manifest";

  private static final String FIRST_LINE = "milena metadata snapshot 1";

  /**
   * One file.
   *
   * @param crc32c of its bytes
   */
  public record Part(String name, long sizeBytes, int crc32c) {}

  public SnapshotManifest {
    files = List.copyOf(files);
  }

  /** The text, ending with its own hash. */
  public String write() {
    StringBuilder text = new StringBuilder(FIRST_LINE).append('\n');
    text.append("term ").append(term).append('\n');
    text.append("index ").append(index).append('\n');
    text.append("state-hash ").append(hex(stateHash)).append('\n');
    text.append("rolling-hash ").append(hex(rollingHash)).append('\n');
    for (Part file : files) {
      text.append("file ").append(file.name()).append(' ').append(file.sizeBytes());
      text.append(' ').append(HexFormat.of().toHexDigits(file.crc32c())).append('\n');
    }
    return text.append("manifest-hash ").append(hex(hash(text.toString()))).append('\n').toString();
  }

  /**
   * Reads the text.
   *
   * @throws StoreFailure when it is not exactly what {@link #write} writes
   */
  public static SnapshotManifest read(String text) throws StoreFailure {
    List<String> lines = text.lines().toList();
    if (lines.size() < 6 || !lines.getFirst().equals(FIRST_LINE)) {
      throw new StoreFailure("not a snapshot manifest of this release");
    }
    try {
      List<Part> files = new ArrayList<>();
      for (String line : lines.subList(5, lines.size() - 1)) {
        String[] words = value(line, "file ").split(" ", -1);
        if (!words[0].matches("[A-Za-z0-9._-]+") || words[0].startsWith(".")) {
          throw new StoreFailure("the snapshot manifest names the file \"" + words[0] + "\"");
        }
        files.add(new Part(words[0], Long.parseLong(words[1]), HexFormat.fromHexDigits(words[2])));
      }
      SnapshotManifest manifest =
          new SnapshotManifest(
              Long.parseLong(value(lines.get(1), "term ")),
              Long.parseLong(value(lines.get(2), "index ")),
              HexFormat.fromHexDigitsToLong(value(lines.get(3), "state-hash ")),
              HexFormat.fromHexDigitsToLong(value(lines.get(4), "rolling-hash ")),
              files);
      if (!manifest.write().equals(text)) {
        throw new StoreFailure("the snapshot manifest does not match its own hash");
      }
      return manifest;
    } catch (IllegalArgumentException | IndexOutOfBoundsException damaged) {
      throw new StoreFailure("the snapshot manifest is damaged", damaged);
    }
  }

  private static String value(String line, String name) throws StoreFailure {
    if (!line.startsWith(name)) {
      throw new StoreFailure("the snapshot manifest has \"" + line + "\" for \"" + name + "\"");
    }
    return line.substring(name.length());
  }

  private static long hash(String text) {
    return RowHash.of(text.getBytes(StandardCharsets.UTF_8), 0);
  }

  private static String hex(long value) {
    return HexFormat.of().toHexDigits(value);
  }
}
