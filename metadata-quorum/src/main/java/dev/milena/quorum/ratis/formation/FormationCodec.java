package dev.milena.quorum.ratis.formation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * Formations and introductions as text, a line a fact; docs/FORMAT-QUORUM.md has examples. Lines
 * that begin with a word that is not known are passed over: a newer release wrote them.
 */
public final class FormationCodec {
  /** The longest message; what is longer is refused before it is read. */
  public static final int MAX_BYTES = 64 << 10;

  private static final String FORMATION = "milena formation 1";
  private static final String REACHED = "milena reached 1";
  private static final String INTRODUCE = "milena introduce 1";
  private static final String VOTERS_AT = "voters-at";
  private static final int MAX_REFUSAL_CHARACTERS = 500;

  private FormationCodec() {}

  /** The file in a member's folder. */
  public static String formation(String clusterId, Formation formation) {
    StringBuilder text = new StringBuilder();
    text.append(FORMATION).append('\n');
    append(text, "cluster", clusterId);
    voters(text, formation);
    return text.toString();
  }

  /**
   * Reads the file in a member's folder.
   *
   * @throws UnreadableFormation when it is another cluster's, or nothing that we wrote
   */
  public static Formation formation(String clusterId, String text) throws UnreadableFormation {
    Lines lines = new Lines(FORMATION, text);
    if (!lines.one("cluster").equals(clusterId)) {
      throw new UnreadableFormation("it is of cluster " + lines.one("cluster"));
    }
    return lines
        .voters()
        .orElseThrow(() -> new UnreadableFormation("it has no line that begins with 'voter'"));
  }

  /** The file in a member's folder that says how far the voters' logs have been. */
  public static String reached(String clusterId, SortedMap<PeerName, LastEntry> voters) {
    StringBuilder text = new StringBuilder();
    text.append(REACHED).append('\n');
    append(text, "cluster", clusterId);
    reached(text, voters);
    return text.toString();
  }

  /**
   * Reads what {@link #reached(String, SortedMap)} wrote.
   *
   * @throws UnreadableFormation when it is another cluster's, or nothing that we wrote
   */
  public static SortedMap<PeerName, LastEntry> reached(String clusterId, String text)
      throws UnreadableFormation {
    Lines lines = new Lines(REACHED, text);
    if (!lines.one("cluster").equals(clusterId)) {
      throw new UnreadableFormation("it is of cluster " + lines.one("cluster"));
    }
    return lines.reachedVoters();
  }

  /** A question as bytes. */
  public static byte[] request(IntroductionRequest request) {
    StringBuilder text = new StringBuilder();
    text.append(INTRODUCE).append('\n');
    append(text, "cluster", request.clusterId());
    append(text, "peer", request.caller().toString());
    if (request.join().isPresent()) {
      text.append("join\n");
      voters(text, request.join().get());
    }
    request.lost().ifPresent(lost -> append(text, "lost", lost.leader() + " " + lost.term()));
    if (request.reached()) {
      text.append("reached\n");
    }
    return bytes(text);
  }

  /** The question in these bytes. */
  public static IntroductionRequest request(byte[] bytes) throws UnreadableFormation {
    Lines lines = new Lines(INTRODUCE, text(bytes));
    return new IntroductionRequest(
        lines.one("cluster"),
        lines.peer(),
        lines.has("join") ? lines.voters() : Optional.<Formation>empty(),
        lines.lost(),
        lines.has("reached"));
  }

  /** An answer as bytes. */
  public static byte[] reply(IntroductionReply reply) {
    StringBuilder text = new StringBuilder();
    text.append(INTRODUCE).append('\n');
    append(text, "cluster", reply.introduction().clusterId());
    append(text, "peer", reply.introduction().peer().toString());
    reply.introduction().formation().ifPresent(formation -> voters(text, formation));
    if (!reply.introduction().clients().isEmpty()) {
      append(text, "clients", reply.introduction().clients());
    }
    if (reply.isRefused()) {
      String line = reply.refused().replace('\n', ' ');
      append(
          text,
          "refused",
          line.substring(0, Math.min(line.length(), MAX_REFUSAL_CHARACTERS)).strip());
    }
    reply.witness().ifPresent(witness -> witness(text, witness));
    reached(text, reply.reached());
    return bytes(text);
  }

  /** The answer in these bytes. */
  public static IntroductionReply reply(byte[] bytes) throws UnreadableFormation {
    Lines lines = new Lines(INTRODUCE, text(bytes));
    Introduction introduction =
        new Introduction(
            lines.one("cluster"),
            lines.peer(),
            lines.voters(),
            lines.has("clients") ? lines.one("clients") : "");
    return new IntroductionReply(
        introduction,
        lines.has("refused") ? lines.one("refused") : "",
        lines.witness(),
        lines.reached());
  }

  private static void append(StringBuilder text, String word, String rest) {
    text.append(word).append(' ').append(rest).append('\n');
  }

  private static void witness(StringBuilder text, Witness witness) {
    append(text, "last", witness.last().term() + " " + witness.last().index());
    append(text, "term", Long.toString(witness.term()));
    witness.leaderTerm().ifPresent(term -> append(text, "leader", Long.toString(term)));
  }

  private static void reached(StringBuilder text, Reached reached) {
    if (reached.leads()) {
      text.append("leads\n");
    }
    reached
        .entry()
        .ifPresent(entry -> append(text, "reached", summed(entry.term() + " " + entry.index())));
    reached.votersIndex().ifPresent(index -> append(text, VOTERS_AT, summed(Long.toString(index))));
  }

  private static void reached(StringBuilder text, SortedMap<PeerName, LastEntry> voters) {
    voters.forEach((name, last) ->
        append(text, "reached", summed(name + " " + last.term() + " " + last.index())));
  }

  /** With its CRC32C: a digit that is another one would hold a voter to what it never had. */
  private static String summed(String words) {
    CRC32C sum = new CRC32C();
    sum.update(words.getBytes(StandardCharsets.UTF_8));
    return "%s %08x".formatted(words, sum.getValue());
  }

  private static void voters(StringBuilder text, Formation formation) {
    for (Peer peer : formation.peers()) {
      append(text, "voter", peer.name() + " " + peer.host() + " " + peer.port());
    }
  }

  private static byte[] bytes(StringBuilder text) {
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    if (bytes.length > MAX_BYTES) {
      throw new IllegalStateException("an introduction of " + bytes.length + " bytes");
    }
    return bytes;
  }

  private static String text(byte[] bytes) throws UnreadableFormation {
    if (bytes.length > MAX_BYTES) {
      throw new UnreadableFormation("more than " + MAX_BYTES + " bytes");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** The lines of a text, by their first word. */
  private static final class Lines {
    private final List<String> lines;

    Lines(String first, String text) throws UnreadableFormation {
      lines = text.lines().toList();
      if (lines.isEmpty() || !lines.getFirst().equals(first) || !text.endsWith("\n")) {
        throw new UnreadableFormation("it does not begin with '" + first + "', or is cut off");
      }
    }

    boolean has(String word) {
      return lines.stream().anyMatch(line -> line.equals(word) || line.startsWith(word + " "));
    }

    String one(String word) throws UnreadableFormation {
      List<String> found = all(word);
      if (found.size() != 1) {
        throw new UnreadableFormation(
            "it has %s lines that begin with '%s', 1 is needed".formatted(found.size(), word));
      }
      return found.getFirst();
    }

    private List<String> all(String word) {
      return lines.stream()
          .filter(line -> line.startsWith(word + " "))
          .map(line -> line.substring(word.length() + 1))
          .toList();
    }

    PeerName peer() throws UnreadableFormation {
      return name(one("peer"));
    }

    Optional<Formation> voters() throws UnreadableFormation {
      List<Peer> peers = new ArrayList<>();
      for (String line : all("voter")) {
        String[] words = line.split(" ", -1);
        if (words.length != 3 || !words[2].matches("[0-9]{1,5}")) {
          throw new UnreadableFormation("not a voter: " + line);
        }
        peers.add(new Peer(name(words[0]), words[1], Integer.parseInt(words[2])));
      }
      return peers.isEmpty() ? Optional.empty() : Optional.of(new Formation(peers));
    }

    Optional<LostLeader> lost() throws UnreadableFormation {
      if (!has("lost")) {
        return Optional.empty();
      }
      String[] words = words("lost", 2);
      return Optional.of(new LostLeader(name(words[0]), number(words[1])));
    }

    Optional<Witness> witness() throws UnreadableFormation {
      if (!has("last")) {
        return Optional.empty();
      }
      String[] last = words("last", 2);
      return Optional.of(
          new Witness(
              new LastEntry(number(last[0]), number(last[1])),
              number(one("term")),
              has("leader") ? OptionalLong.of(number(one("leader"))) : OptionalLong.empty()));
    }

    Reached reached() throws UnreadableFormation {
      Optional<LastEntry> entry = Optional.empty();
      if (has("reached")) {
        String[] words = summed(one("reached"), 3);
        entry = Optional.of(new LastEntry(number(words[0]), number(words[1])));
      }
      return new Reached(has("leads"), entry, votersIndex());
    }

    private OptionalLong votersIndex() throws UnreadableFormation {
      return has(VOTERS_AT)
          ? OptionalLong.of(number(summed(one(VOTERS_AT), 2)[0]))
          : OptionalLong.empty();
    }

    SortedMap<PeerName, LastEntry> reachedVoters() throws UnreadableFormation {
      TreeMap<PeerName, LastEntry> voters = new TreeMap<>();
      for (String line : all("reached")) {
        String[] words = summed(line, 4);
        voters.put(name(words[0]), new LastEntry(number(words[1]), number(words[2])));
      }
      return voters;
    }

    private static String[] summed(String line, int count) throws UnreadableFormation {
      String[] words = line.split(" ", -1);
      if (words.length != count
          || !line.equals(FormationCodec.summed(line.substring(0, line.lastIndexOf(' '))))) {
        throw new UnreadableFormation(
            "a line with a sum has %s words more, the last of them the CRC32C of the others"
                .formatted(count));
      }
      return words;
    }

    private String[] words(String first, int count) throws UnreadableFormation {
      String[] words = one(first).split(" ", -1);
      if (words.length != count) {
        throw new UnreadableFormation("a line '%s' has %s words more".formatted(first, count));
      }
      return words;
    }

    private static long number(String text) throws UnreadableFormation {
      if (!text.matches("[0-9]{1,18}")) {
        throw new UnreadableFormation("not a number: " + text);
      }
      return Long.parseLong(text);
    }

    private static PeerName name(String text) throws UnreadableFormation {
      return PeerName.parse(text)
          .orElseThrow(() -> new UnreadableFormation("not a peer name: " + text));
    }
  }
}
