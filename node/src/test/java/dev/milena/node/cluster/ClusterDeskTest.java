package dev.milena.node.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.Caller;
import dev.milena.broker.core.ClusterTime;
import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.QuorumGateway;
import dev.milena.broker.core.Refusal;
import dev.milena.broker.core.RunStanding;
import dev.milena.broker.core.cluster.AuditCall;
import dev.milena.broker.core.cluster.AuditPage;
import dev.milena.broker.core.cluster.ClusterDesk;
import dev.milena.broker.core.cluster.DecommissionCall;
import dev.milena.broker.core.cluster.DeskOutcome;
import dev.milena.broker.core.cluster.NodeView;
import dev.milena.broker.core.cluster.NodesView;
import dev.milena.broker.core.cluster.QuorumView;
import dev.milena.broker.core.cluster.VoterCall;
import dev.milena.broker.core.cluster.VoterView;
import dev.milena.metadata.BrokerDescription;
import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.IncarnationId;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataReply;
import dev.milena.metadata.MetadataView;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.ReadAnswer;
import dev.milena.metadata.ReplicaPlan;
import dev.milena.metadata.TopicId;
import dev.milena.node.directory.DiskRoom;
import dev.milena.quorum.grpc.BrokerToken;
import dev.milena.quorum.grpc.PeerIdentity;
import dev.milena.quorum.grpc.PeerTokens;
import dev.milena.quorum.grpc.client.PeerCalls;
import dev.milena.quorum.grpc.connection.PeerChannels;
import dev.milena.quorum.ratis.QuorumServer;
import dev.milena.quorum.ratis.QuorumSettings;
import dev.milena.quorum.ratis.QuorumTuning;
import dev.milena.quorum.ratis.formation.Voter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pcollections.TreePMap;

/** The desk over a real quorum of one. */
class ClusterDeskTest {
  private static final Caller CALLER = new Caller("grpc", "127.0.0.1:5", "ANONYMOUS", "a test");
  private static final CommandOrigin ALICE = new CommandOrigin("alice", "10.0.0.1:7", "kafkactl");
  private static final int TIMEOUT_MS = 20_000;
  private static final PeerChannels CHANNELS = new PeerChannels("a test");

  @TempDir private static Path folder;
  private static QuorumServer member;
  private static ClusterWiring wiring;

  /** A broker's way to the quorum that needs no broker. */
  private record ThroughMember(QuorumServer member) implements QuorumGateway {
    @Override
    public CompletionStage<QuorumAnswer> submit(
        MetadataCommand command, CommandOrigin origin, long timeoutMs) {
      return member.submit(command, origin, timeoutMs);
    }

    @Override
    public CompletionStage<ReadAnswer> readIndex(long timeoutMs) {
      return member.readIndex(timeoutMs);
    }

    @Override
    public CompletionStage<Boolean> awaitSpread(long index, long timeoutMs) {
      return CompletableFuture.completedFuture(true);
    }

    @Override
    public void announce(RunStanding standing) {
      // nobody watches
    }

    @Override
    public void acknowledge(long index) {
      // nobody watches
    }

    @Override
    public Optional<ClusterTime> clusterTime() {
      return Optional.empty();
    }

    @Override
    public MetadataView view() {
      return member.view();
    }
  }

  @BeforeAll
  static void start() throws Exception {
    member =
        QuorumServer.start(
            new QuorumSettings(
                "test-cluster",
                1,
                List.of(new Voter(1, "127.0.0.1", 9093)),
                "127.0.0.1",
                0,
                folder.resolve("quorum"),
                QuorumTuning.DEFAULT),
            (what, cause) -> {
              throw new AssertionError(what, cause);
            });
    Self self =
        new Self(
            1,
            "test-cluster",
            List.of(folder, folder.resolve("no-such-directory")),
            DiskRoom.ofMachine());
    PeerIdentity identity =
        new PeerIdentity("test-cluster", 1, PeerTokens.only(BrokerToken.fresh(new SecureRandom())));
    wiring =
        ClusterWiring.open(
            self,
            Optional.of(member),
            new ThroughMember(member),
            CHANNELS,
            new PeerCalls(CHANNELS, identity),
            Optional::empty);
    register(1, 9092, "127.0.0.1:9093");
    decided(new MetadataCommand.UnfenceBroker(1, epoch(1)));
  }

  @AfterAll
  static void close() {
    wiring.close();
    CHANNELS.close();
    member.close();
  }

  private static void register(int id, int port, String quorumAddress) throws Exception {
    decided(
        new MetadataCommand.RegisterBroker(
            id,
            new BrokerDescription("127.0.0.1", port, "rack-" + id, quorumAddress, "1.2.3", false),
            new IncarnationId(id, id),
            IncarnationId.NONE,
            "",
            List.of(),
            List.of()));
  }

  private static long epoch(int id) {
    return member.view().image().broker(id).orElseThrow().brokerEpoch();
  }

  private static MetadataReply decided(MetadataCommand command) throws Exception {
    QuorumAnswer answer =
        member
            .submit(command, ALICE, TIMEOUT_MS)
            .toCompletableFuture()
            .get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
    return assertInstanceOf(QuorumAnswer.Decided.class, answer).reply();
  }

  private static TopicId createTopic(String name) throws Exception {
    return assertInstanceOf(
            MetadataReply.TopicReply.class,
            decided(
                new MetadataCommand.CreateTopic(
                    name, 1, new ReplicaPlan.Factor(1), TreePMap.empty(), 1)))
        .id();
  }

  private static <T> DeskOutcome<T> ask(Consumer<Consumer<DeskOutcome<T>>> question)
      throws InterruptedException {
    BlockingQueue<DeskOutcome<T>> answers = new LinkedBlockingQueue<>();
    question.accept(answers::add);
    DeskOutcome<T> answer = answers.poll(TIMEOUT_MS, TimeUnit.MILLISECONDS);
    assertNotNull(answer);
    return answer;
  }

  private static <T> T told(DeskOutcome<T> outcome) {
    if (outcome instanceof DeskOutcome.Answered<T>(T answer)) {
      return answer;
    }
    throw new AssertionError("not answered: " + outcome);
  }

  private static Refusal refused(ErrorKind kind, DeskOutcome<?> outcome) {
    Refusal refusal = assertInstanceOf(DeskOutcome.DeskRefused.class, outcome).refusal();
    assertEquals(kind, refusal.kind(), refusal.message());
    return refusal;
  }

  private static DeskOutcome<Integer> decommission(int id) throws InterruptedException {
    return ask(answer -> desk().decommission(new DecommissionCall(CALLER, id, TIMEOUT_MS), answer));
  }

  private static DeskOutcome<List<VoterView>> change(VoterCall call) throws InterruptedException {
    return ask(answer -> desk().changeVoters(call, answer));
  }

  private static ClusterDesk desk() {
    return wiring.desk();
  }

  private static AuditPage audit(String topic, long sinceMs, long from, int most)
      throws InterruptedException {
    DeskOutcome<AuditPage> outcome =
        ask(answer -> desk().audit(new AuditCall(topic, sinceMs, from, most), answer));
    return told(outcome);
  }

  @Test
  void nodesAreTheRegisteredOnesAndASilentOneIsListedWithoutItsDisks() throws Exception {
    try (ServerSocket hangs = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      register(4, hangs.getLocalPort(), "");
      NodesView nodes = told(ClusterDeskTest.<NodesView>ask(desk()::describeNodes));

      assertEquals("test-cluster", nodes.clusterId());
      assertEquals(OptionalInt.of(1), nodes.quorumLeader());
      NodeView first = nodes.nodes().getFirst();
      assertEquals(1, first.broker().id());
      assertEquals(NodeView.Vote.VOTER, first.vote());
      assertEquals(
          List.of(folder.toString()),
          first.directories().orElseThrow().stream().map(at -> at.path()).toList());
      assertTrue(first.directories().orElseThrow().getFirst().totalBytes() > 0);
      NodeView silent = nodes.nodes().getLast();
      assertEquals(4, silent.broker().id());
      assertTrue(silent.broker().fenced());
      assertEquals(NodeView.Vote.NONE, silent.vote());
      assertTrue(silent.directories().isEmpty());
    }
    assertEquals(4, told(decommission(4)));
  }

  @Test
  void theQuorumIsDescribedByItsLeader() throws Exception {
    QuorumView quorum = told(ClusterDeskTest.<QuorumView>ask(desk()::describeQuorum));
    assertEquals(OptionalInt.of(1), quorum.leader());
    assertTrue(quorum.term() >= 1);
    assertEquals(1, quorum.voters().size());
    assertEquals(22, quorum.voters().getFirst().directoryId().length());
    assertEquals(0, quorum.voters().getFirst().lagEntries());
    assertTrue(quorum.log().committedIndex() <= quorum.log().lastIndex());
  }

  @Test
  void aNodeThatDoesNotAnswerCannotBecomeAVoter() throws Exception {
    try (Socket deaf = new Socket()) {
      // bound and not listening: it refuses, and nobody else can have its port
      deaf.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      Refusal refusal =
          refused(
              ErrorKind.INVALID_VOTER,
              change(
                  new VoterCall.AddVoterCall(
                      CALLER, 7, "127.0.0.1", deaf.getLocalPort(), TIMEOUT_MS)));
      assertTrue(refusal.message().contains("node 7 does not answer"), refusal.message());
    }
  }

  @Test
  void theLastVoterKeepsItsVoteAndAStrangerHasNoneToLose() throws Exception {
    refused(
        ErrorKind.VOTER_CHANGE_REFUSED,
        change(new VoterCall.RemoveVoterCall(CALLER, 1, TIMEOUT_MS)));
    refused(ErrorKind.INVALID_VOTER, change(new VoterCall.RemoveVoterCall(CALLER, 9, TIMEOUT_MS)));
  }

  @Test
  void aBrokerIsForgottenWhenItIsDownVotesNotAndHoldsNothing() throws Exception {
    Refusal voter = refused(ErrorKind.BROKER_IN_USE, decommission(1));
    assertTrue(voter.message().contains("--remove-voter 1"), voter.message());
    refused(ErrorKind.UNKNOWN_BROKER, decommission(9));
    register(5, 9095, "");
    decided(new MetadataCommand.UnfenceBroker(5, epoch(5)));
    Refusal up = refused(ErrorKind.BROKER_IN_USE, decommission(5));
    assertTrue(up.message().contains("is up"), up.message());
    decided(
        new MetadataCommand.CreateTopic("held", 2, new ReplicaPlan.Factor(2), TreePMap.empty(), 1));
    decided(new MetadataCommand.FenceBroker(5, epoch(5)));
    Refusal holds = refused(ErrorKind.BROKER_IN_USE, decommission(5));
    assertTrue(
        holds.message().contains("holds 2 replicas, the first of partition held-0"),
        holds.message());
    decided(new MetadataCommand.DeleteTopic("held", TopicId.NONE));

    assertEquals(5, told(decommission(5)));

    assertTrue(member.view().image().broker(5).isEmpty());
    AuditPage.AuditedChange last =
        audit("", 0, 0, AuditCall.MAX_CHANGES).changes().stream()
            .filter(change -> change.what().contains("broker 5 decommissioned"))
            .findFirst()
            .orElseThrow();
    assertEquals(new CommandOrigin("ANONYMOUS", "127.0.0.1:5", "a test"), last.origin());
  }

  @Test
  void theHistoryOfATopicIsFoundByNameAndByIdAlsoWhenItIsDeleted() throws Exception {
    TopicId first = createTopic("twice");
    decided(new MetadataCommand.DeleteTopic("twice", TopicId.NONE));
    TopicId second = createTopic("twice");

    List<AuditPage.AuditedChange> byName = audit("twice", 0, 0, 100).changes();
    List<AuditPage.AuditedChange> byId = audit(first.toString(), 0, 0, 100).changes();

    assertEquals(
        List.of(
            "created topic twice (%s), 1 partition, replication factor 1".formatted(first),
            "deleted topic twice (%s)".formatted(first),
            "created topic twice (%s), 1 partition, replication factor 1".formatted(second)),
        byName.stream().flatMap(change -> change.what().stream()).toList());
    assertEquals(byName.subList(0, 2), byId);
    assertEquals(ALICE, byName.getFirst().origin());
    refused(
        ErrorKind.UNKNOWN_TOPIC,
        ClusterDeskTest.<AuditPage>ask(
            answer -> desk().audit(new AuditCall("never", 0, 0, 10), answer)));
  }

  @Test
  void pagesFollowEachOtherWithoutAGapAndEnd() throws Exception {
    for (int i = 0; i < 5; i++) {
      var _ = createTopic("page-" + i);
    }
    List<AuditPage.AuditedChange> whole = audit("", 0, 0, AuditCall.MAX_CHANGES).changes();
    List<AuditPage.AuditedChange> paged = new ArrayList<>();
    OptionalLong next = OptionalLong.of(0);
    while (next.isPresent()) {
      AuditPage page = audit("", 0, next.getAsLong(), 2);
      assertTrue(page.changes().size() <= 2);
      paged.addAll(page.changes());
      next = page.nextIndex();
    }
    assertEquals(whole, paged.subList(0, whole.size()));
  }

  @Test
  void aPageThatIsLateEndsWhereItWasAndTheNextOneGoesOnFromThere() throws Exception {
    var _ = createTopic("late-a");
    var _ = createTopic("late-b");
    List<AuditPage.AuditedChange> whole = audit("", 0, 0, AuditCall.MAX_CHANGES).changes();
    var sentences = new AuditSentences(id -> Optional.of("t"), Optional.empty());
    List<Long> found = new ArrayList<>();
    OptionalLong next = OptionalLong.of(0);
    int pages = 0;
    while (next.isPresent()) {
      JournalPages late = new JournalPages(member.stream(), System.nanoTime() - 1, 1);
      AuditPage page =
          late.read(new AuditCall("", 0, next.getAsLong(), AuditCall.MAX_CHANGES), sentences);
      page.changes().stream().map(AuditPage.AuditedChange::index).forEach(found::add);
      assertTrue(page.nextIndex().orElse(Long.MAX_VALUE) > next.getAsLong());
      next = page.nextIndex();
      pages++;
    }
    List<Long> expected = whole.stream().map(AuditPage.AuditedChange::index).toList();
    assertEquals(expected, found.subList(0, expected.size()));
    assertTrue(pages > expected.size(), "each page had one step, and there were " + pages);
  }

  @Test
  void sinceLeavesOutWhatIsOlderAndNothingElse() throws Exception {
    var _ = createTopic("since-a");
    var _ = createTopic("since-b");
    List<AuditPage.AuditedChange> whole = audit("", 0, 0, AuditCall.MAX_CHANGES).changes();
    for (AuditPage.AuditedChange one : whole) {
      List<AuditPage.AuditedChange> expected =
          whole.stream().filter(change -> change.timeMs() >= one.timeMs()).toList();
      assertEquals(expected, audit("", one.timeMs(), 0, AuditCall.MAX_CHANGES).changes());
    }
    long future = whole.getLast().timeMs() + 3_600_000;
    assertEquals(List.of(), audit("", future, 0, AuditCall.MAX_CHANGES).changes());
  }
}
