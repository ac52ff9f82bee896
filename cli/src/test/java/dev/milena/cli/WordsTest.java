package dev.milena.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said to somebody who typed something that cannot be meant. */
class WordsTest {
  private final ToolRun tool = new ToolRun("");

  private void says(String command, String sentence) {
    assertEquals(2, tool.run(command.split(" ")), tool.talk());
    assertEquals("kafkactl: " + sentence, tool.talk().lines().findFirst().orElse(""));
    assertEquals("", tool.out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "topics --create --topic T --partitions x | --partitions wants a whole number, 1 to 10,000; got \"x\"",
        "topics --create --topic T --partitions 99999999999 | --partitions wants a whole number, 1 to 10,000; got \"99999999999\"",
        "topics --create --topic T --replication-factor 1.5 | --replication-factor wants a whole number, 1 to the number of brokers; got \"1.5\"",
        "topics --create --topic T --partitions 0 | --partitions wants a whole number, 1 to 10,000; got \"0\"",
        "topics --create --topic T --replication-factor -1 | --replication-factor wants a whole number, 1 to the number of brokers; got \"-1\"",
        "consume --topic T --property zzz=1 | unknown property \"zzz\". Known are headers.separator, key.separator, line.separator, null.literal, print.headers, print.key, print.offset, print.partition, print.timestamp, print.value",
        "consume --topic T --partition one | --partition wants the number of a partition; they count from 0; got \"one\"",
        "consume --topic T --max-messages -1 | --max-messages wants a whole number of records, at least 0; got \"-1\"",
        "topics --list --timeout-ms soon | --timeout-ms wants a whole number of milliseconds, 1 to 300,000; got \"soon\"",
        "topics --list --timeout-ms 0 | --timeout-ms wants a whole number of milliseconds, 1 to 300,000; got \"0\"",
        "topics --list --output xml | --output wants table or json; got \"xml\"",
        "topics --list=all | --list takes no value; got \"all\"",
        "topics --create --topic | --topic wants the name of a topic; got none",
        "topics --create --topic T --config | --config wants KEY=VALUE; got none",
        "audit --since | --since wants how long ago, like 2h, or a time like 2026-11-21T10:00:00Z; got none",
        "topics --list --bootstrap-server | --bootstrap-server wants HOST:PORT[,HOST:PORT...]; got none",
        "topics --create --topic T --partitions | --partitions wants a whole number, 1 to 10,000; got none",
        "topics --create --topic T --topic U | --topic is given twice",
        "produce | produce needs --topic T",
        "cluster --decommission me | --decommission wants the number of a node; got \"me\"",
        "quorum --remove-voter me | --remove-voter wants the number of a node; got \"me\"",
      })
  void anOptionSaysWhatItWantsAndWhatItGot(String command, String sentence) {
    says(command, sentence);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "topcis --list | unknown word topcis; did you mean topics?",
        "tpoics | unknown word tpoics; did you mean topics?",
        "-x | unknown option -x",
        "topics --lsit | unknown option --lsit; did you mean --list?",
        "topics --lst | unknown option --lst; did you mean --list?",
        "topics list | unknown word list; did you mean --list?",
        "topics --create --topc T | unknown option --topc; did you mean --topic?",
        "produce --topc T | unknown option --topc; did you mean --topic?",
        "produce --tpc T | unknown option --tpc; did you mean --topic?",
        "get | unknown word get",
        "topics --frobnicate | unknown option --frobnicate",
      })
  void whatWasProbablyMeantIsAskedBack(String command, String sentence) {
    says(command, sentence);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2q", "yesterday", "-5m", "2026-13-01"})
  void sinceShowsWhatItTakes(String typed) {
    says(
        "audit --since " + typed,
        "--since takes how long ago, like 30s, 30m, 2h or 7d, or a time like 2026-11-21T10:00:00Z"
            + " or 2026-11-21; got \""
            + typed
            + "\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "4@h:99999",
        "4@h:65536",
        "4@h:0",
        "4@h:-1",
        "4@h:+1",
        "4@h:x",
        "4@h:",
        "4@h",
        "4@",
        "4@:9093",
        "4@ :9093",
        "4@a b:9093",
        "4@[]:9093",
        "4@[::1:9093",
        "4@[h:9093",
        "4@::1:9093",
        "4@5@h:9093",
        "4@http://h:9093",
        "h:9093",
        "-4@h:9093",
        "2147483648@h:9093",
      })
  void aVoterThatCannotBeOneIsRefusedBeforeAnybodyIsAsked(String typed) {
    assertEquals(2, tool.run("quorum", "--add-voter", typed), tool.talk());
    assertEquals(
        "kafkactl: --add-voter takes ID@HOST:PORT, where HOST:PORT is the node's quorum listener"
            + " (a port from 1 to 65535, an IPv6 address in brackets), for example"
            + " 4@host-4:9093 or 4@[::1]:9093; got \""
            + typed
            + "\"",
        tool.talk().lines().findFirst().orElse(""));
    assertEquals("", tool.out());
  }

  @Test
  void whoNamedNoServersIsToldHowToStartOneAndWhoDidIsNot() {
    String command = "topics --list --timeout-ms 2000 --bootstrap-server 127.0.0.1:1,[::1]:1";
    assertEquals(3, tool.run(command.split(" ")));
    assertTrue(tool.talk().contains("127.0.0.1:1: connection refused\n"), tool.talk());
    assertTrue(tool.talk().endsWith("start a broker there, or name others.\n"), tool.talk());
    assertFalse(tool.talk().contains("milena dev"), tool.talk());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "topics", "produce", "consume", "cluster", "quorum", "audit"})
  void helpFitsATerminalOfEightyColumns(String command) {
    List<String> args = command.isEmpty() ? List.of("--help") : List.of(command, "--help");
    assertEquals(0, tool.run(args));
    List<String> tooLong = tool.out().lines().filter(line -> line.length() > 80).toList();
    assertEquals(List.of(), tooLong);
    assertTrue(tool.out().lines().count() > 10, tool.out());
    String text = tool.out();
    assertFalse(
        Pattern.compile("[a-z][.=]\\n {20,}[a-z]").matcher(text).find(), "breaks a word: " + text);
    int properties = text.indexOf("Properties:\n");
    String footer = properties < 0 ? "" : text.substring(properties);
    assertFalse(Pattern.compile("\\n[a-z]").matcher(footer).find(), "breaks a line: " + footer);
  }

  @Test
  void twoLettersInTheWrongOrderAreOneMistake() {
    assertEquals(1, Nearest.distance("lgos", "logs"));
    assertEquals(2, Nearest.distance("lgso", "logs"));
    assertEquals(1, Nearest.distance("log", "logs"));
    assertEquals(3, Nearest.distance("", "abc"));
  }

  @Test
  void countsOfOneAreSaidInTheSingular() {
    assertEquals("1 record", Counts.of(1, "record"));
    assertEquals("0 records", Counts.of(0, "record"));
    assertEquals("topic \"T\" has partition 0 alone", Counts.partitions("T", 1));
    assertEquals("topic \"T\" has partitions 0 to 5", Counts.partitions("T", 6));
  }
}
