package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.milena.quorum.LoggedLines;
import dev.milena.quorum.ratis.formation.Answer;
import dev.milena.quorum.ratis.formation.IntroductionRequest;
import dev.milena.quorum.ratis.formation.Peer;
import dev.milena.quorum.ratis.formation.PeerName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VoterAddressesTest {
  private static final PeerName NAME = PeerName.parse("n1-AAAAAAAAAAAAAAAAAAAAAQ").orElseThrow();

  @ParameterizedTest
  @CsvSource({"::1,[::1]:9093", "node-1,node-1:9093", "10.0.0.1,10.0.0.1:9093"})
  void aVoterIsTheSameAfterItWentThroughRatis(String host, String address) {
    Peer voter = new Peer(NAME, host, 9093);

    assertEquals(address, RatisPeers.peer(voter).getAddress());
    assertEquals(Optional.of(voter), RatisPeers.peer(RatisPeers.peer(voter)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"kafka_1.invalid", " ", "a/b", "::1", "127.0.0.1"})
  void nobodyAtAnAddressIsAnAnswerAndNeverThrown(String host) {
    IntroductionRequest request = new IntroductionRequest("a-cluster", NAME, Optional.empty());

    Answer answer = IntroductionCall.ask(host, 1, request, 2_000);

    assertInstanceOf(Answer.Silent.class, answer);
  }

  @Test
  void thatNobodyListensIsSaidInWordsAndNotByAnErrorsNumber() {
    IntroductionRequest request = new IntroductionRequest("a-cluster", NAME, Optional.empty());

    // nobody listens on port 1
    Answer answer = IntroductionCall.ask("127.0.0.1", 1, request, 20_000);

    assertEquals(new Answer.Silent("nobody listens there"), answer);
  }

  @Test
  void anotherKindOfServerIsSaidToBeOneAndNotShownInHex() throws Exception {
    IntroductionRequest request = new IntroductionRequest("a-cluster", NAME, Optional.empty());
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.start();
    try {
      Answer.Silent silent =
          assertInstanceOf(
              Answer.Silent.class,
              IntroductionCall.ask("127.0.0.1", http.getAddress().getPort(), request, 20_000));

      assertTrue(
          silent.why().startsWith("no quorum listener of Milena answers there"), silent.why());
    } finally {
      http.stop(0);
    }
  }

  @Test
  void aNameThatNobodyHasIsSaidInTheAnswerAndNotInTheLog() {
    RatisManners.teach();
    IntroductionRequest request = new IntroductionRequest("a-cluster", NAME, Optional.empty());
    try (LoggedLines logged = LoggedLines.listening()) {
      Answer.Silent silent =
          assertInstanceOf(
              Answer.Silent.class, IntroductionCall.ask("nobody.invalid", 1, request, 20_000));

      assertTrue(
          silent.toString().contains("the host cannot be resolved: nobody.invalid"),
          silent.toString());
      assertEquals(List.of(), logged.lines());
    }
  }

  @Test
  void aHostThatRatisCannotDialIsSaid() {
    IntroductionRequest request = new IntroductionRequest("a-cluster", NAME, Optional.empty());

    Answer.Silent silent =
        assertInstanceOf(Answer.Silent.class, IntroductionCall.ask("kafka_1", 1, request, 2_000));

    assertTrue(silent.toString().contains("cannot use the host kafka_1"), silent.toString());
  }
}
