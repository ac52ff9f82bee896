package dev.milena.quorum.ratis.formation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The examples of docs/FORMAT-QUORUM.md are what this release writes, and it reads them. */
class FormationCodecTest {
  private static final String CLUSTER = "3Db5QLSqSZieL3rJBUUegA";
  private static final PeerName ONE = new PeerName(1, "kRb3Uy_0Q7eW8Wc8uX2q5A");
  private static final PeerName TWO = new PeerName(2, "a3Jm-2xJSnyTqCj0v8Wl4g");
  private static final PeerName THREE = new PeerName(3, "Yv6Qn0pT3kuVw1xZb2c4dA");
  private static final Formation FORMATION =
      new Formation(List.of(new Peer(ONE, "m1.example", 9093), new Peer(TWO, "m2.example", 9093)));

  @Test
  void aFormationIsTheExample() throws Exception {
    assertEquals(example("formation"), FormationCodec.formation(CLUSTER, FORMATION));
    assertEquals(FORMATION, FormationCodec.formation(CLUSTER, example("formation")));
  }

  @Test
  void aQuestionIsTheExample() throws Exception {
    IntroductionRequest request =
        new IntroductionRequest(CLUSTER, new PeerName(1, ONE.directory()), Optional.of(FORMATION));

    assertEquals(example("join"), text(FormationCodec.request(request)));
    assertEquals(request, FormationCodec.request(bytes(example("join"))));
  }

  @Test
  void anAnswerIsTheExample() throws Exception {
    IntroductionReply reply =
        new IntroductionReply(
            new Introduction(CLUSTER, TWO, Optional.empty()), "node.id 2 is taken");

    assertEquals(example("refusal"), text(FormationCodec.reply(reply)));
    assertEquals(reply, FormationCodec.reply(bytes(example("refusal"))));
  }

  @Test
  void anAnswerSaysWhereClientsReachTheNode() throws Exception {
    IntroductionReply reply =
        new IntroductionReply(
            new Introduction(CLUSTER, TWO, Optional.of(FORMATION), "[fd00::2]:9092"), "");

    assertEquals(reply, FormationCodec.reply(FormationCodec.reply(reply)));
  }

  @Test
  void aQuestionAboutALostLeaderIsTheExample() throws Exception {
    IntroductionRequest request =
        new IntroductionRequest(
            CLUSTER, ONE, Optional.empty(), Optional.of(new LostLeader(TWO, 12)));

    assertEquals(example("lost"), text(FormationCodec.request(request)));
    assertEquals(request, FormationCodec.request(bytes(example("lost"))));
  }

  @Test
  void whatAVoterKnowsIsTheExample() throws Exception {
    IntroductionReply reply =
        new IntroductionReply(
            new Introduction(CLUSTER, THREE, Optional.empty()),
            "",
            Optional.of(new Witness(new LastEntry(12, 4711), 12, OptionalLong.of(12))));

    assertEquals(example("witness"), text(FormationCodec.reply(reply)));
    assertEquals(reply, FormationCodec.reply(bytes(example("witness"))));
    String leaderless = example("witness").replace("leader 12\n", "");
    assertEquals(
        Optional.of(new Witness(new LastEntry(12, 4711), 12, OptionalLong.empty())),
        FormationCodec.reply(bytes(leaderless)).witness());
  }

  /** As the lines of a release read that has never heard of these: by their first words. */
  @Test
  void aReleaseThatKnowsNothingOfLostLeadersIsAskedAndAnswersAsEver() throws Exception {
    String old = example("lost").replaceAll("lost .*\n", "");
    assertEquals(
        FormationCodec.request(bytes(old)),
        new IntroductionRequest(CLUSTER, ONE, Optional.empty()));
    String oldReply = example("witness").replaceAll("(?m)^(last|term|leader) .*\n", "");
    assertEquals(Optional.empty(), FormationCodec.reply(bytes(oldReply)).witness());
  }

  @Test
  void aQuestionHowFarVotersHaveBeenIsTheExample() throws Exception {
    IntroductionRequest request = IntroductionRequest.reached(CLUSTER, THREE);

    assertEquals(example("returning"), text(FormationCodec.request(request)));
    assertEquals(request, FormationCodec.request(bytes(example("returning"))));
  }

  @Test
  void whatALeaderKnowsOfTheOthersIsTheExample() throws Exception {
    IntroductionReply reply =
        new IntroductionReply(new Introduction(CLUSTER, ONE, Optional.empty()), "")
            .with(new Reached(true, Optional.of(new LastEntry(12, 4711)), OptionalLong.of(4000)));

    assertEquals(example("told"), text(FormationCodec.reply(reply)));
    assertEquals(reply, FormationCodec.reply(bytes(example("told"))));
    for (String flipped :
        List.of(
            example("told").replace("4711", "4751"),
            example("told").replace("voters-at 4000", "voters-at 4008"))) {
      assertThrows(UnreadableFormation.class, () -> FormationCodec.reply(bytes(flipped)));
    }
  }

  @Test
  void howFarVotersHaveBeenIsTheExample() throws Exception {
    assertEquals(example("reached"), FormationCodec.reached(CLUSTER, reachedVoters()));
    assertEquals(reachedVoters(), FormationCodec.reached(CLUSTER, example("reached")));
    assertThrows(
        UnreadableFormation.class, () -> FormationCodec.reached("another", example("reached")));
    // also a digit that is another one: it would hold a voter to what it never had
    for (String wrong : List.of("12", "12 x", "12 4710 1", "12 4730", "13 4710")) {
      String text = example("reached").replace("12 4710", wrong);
      assertThrows(UnreadableFormation.class, () -> FormationCodec.reached(CLUSTER, text), text);
    }
  }

  private static SortedMap<PeerName, LastEntry> reachedVoters() {
    TreeMap<PeerName, LastEntry> voters = new TreeMap<>();
    voters.put(ONE, new LastEntry(12, 4710));
    voters.put(THREE, new LastEntry(11, 4600));
    return voters;
  }

  /** As the lines of a release read that has never heard of these: by their first words. */
  @Test
  void aReleaseThatKnowsNothingOfHowFarVotersHaveBeenIsAskedAndAnswersAsEver() throws Exception {
    String old = example("returning").replace("\nreached\n", "\n");
    assertEquals(
        FormationCodec.request(bytes(old)),
        new IntroductionRequest(CLUSTER, THREE, Optional.empty()));
    String oldReply = example("told").replaceAll("(?m)^(leads|reached .*|voters-at .*)\n", "");
    assertEquals(Reached.NOTHING, FormationCodec.reply(bytes(oldReply)).reached());
  }

  @Test
  void aWitnessOfAnotherFormIsRefused() throws Exception {
    String whole = example("witness");
    for (String text :
        List.of(
            whole.replace("last 12 4711", "last 12"),
            whole.replace("last 12 4711", "last 12 x"),
            whole.replace("last 12 4711", "last 12 -1"),
            whole.replace("last 12 4711", "last 12 9999999999999999999"),
            whole.replace("\nterm 12", ""))) {
      assertThrows(UnreadableFormation.class, () -> FormationCodec.reply(bytes(text)), text);
    }
  }

  @Test
  void whatANewerReleaseAddsIsPassedOver() throws Exception {
    String newer = example("formation").replace("voter n1", "epoch 7\nvoter n1");

    assertEquals(FORMATION, FormationCodec.formation(CLUSTER, newer));
  }

  @Test
  void whatIsCutOffOrOfAnotherFormIsRefused() {
    String whole = FormationCodec.formation(CLUSTER, FORMATION);
    List<String> wrong =
        List.of(
            "",
            whole.strip(),
            whole.replace("formation 1", "formation 2"),
            whole.replace("9093", "many"),
            whole.replace("voter n1", "voter m1"),
            whole.replace("cluster", "klaster"),
            "milena formation 1\ncluster " + CLUSTER + "\n");
    for (String text : wrong) {
      assertThrows(UnreadableFormation.class, () -> FormationCodec.formation(CLUSTER, text), text);
    }
    assertThrows(UnreadableFormation.class, () -> FormationCodec.formation("another", whole));
  }

  @Test
  void aMessageOverTheBoundIsRefused() {
    assertThrows(
        UnreadableFormation.class,
        () -> FormationCodec.request(new byte[FormationCodec.MAX_BYTES + 1]));
  }

  @Test
  void namesAreReadAsTheyAreWritten() {
    for (PeerName name :
        List.of(ONE, TWO, new PeerName(0, ""), new PeerName(Integer.MAX_VALUE, ""))) {
      assertEquals(Optional.of(name), PeerName.parse(name.toString()));
    }
    for (String wrong : List.of("", "n", "n01", "1", "n1-", "n1-short", "n9999999999", "x1")) {
      assertEquals(Optional.empty(), PeerName.parse(wrong), wrong);
    }
    assertThrows(IllegalArgumentException.class, () -> new PeerName(-1, ""));
    assertThrows(IllegalArgumentException.class, () -> new PeerName(1, "../../etc/passwd_______"));
  }

  private static String example(String name) throws IOException {
    String document = Files.readString(Path.of("..", "docs", "FORMAT-QUORUM.md"));
    Matcher matcher =
        Pattern.compile("<!-- example: " + name + " -->\n```text\n(.*?)```", Pattern.DOTALL)
            .matcher(document);
    if (!matcher.find()) {
      throw new AssertionError("docs/FORMAT-QUORUM.md has no example " + name);
    }
    return matcher.group(1);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
