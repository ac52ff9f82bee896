package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.Refusal;
import dev.milena.broker.core.TopicCall;
import dev.milena.broker.core.TopicOutcome;
import dev.milena.metadata.BrokerDescription;
import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.IncarnationId;
import dev.milena.metadata.MetadataCommand;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DefaultFactorTest extends CoreOnOneThread {
  DefaultFactorTest() throws Exception {}

  private Refusal refused(int factor, boolean validateOnly) {
    TopicCall call =
        new TopicCall.CreateTopicCall(CALLER, "t", 1, factor, new TreeMap<>(), validateOnly, 1_000);
    Refusal refusal = assertInstanceOf(TopicOutcome.TopicRefused.class, change(call)).refusal();
    assertEquals(ErrorKind.NOT_ENOUGH_BROKERS, refusal.kind());
    return refusal;
  }

  @Test
  void whoNamesNoFactorIsToldThatTheDefaultCannotBeHadAndWhichCan() {
    var _ =
        quorum.submit(
            new MetadataCommand.RegisterBroker(
                2,
                new BrokerDescription("h2", 9092, "", "", "", false),
                new IncarnationId(2, 2),
                IncarnationId.NONE,
                "",
                List.of(),
                List.of()),
            CommandOrigin.ofBroker(2),
            1_000);
    broker.settle();
    String asked =
        "replication factor 2 needs 2 brokers, 1 of 2 registered are up; retry when more are, or ask for fewer replicas";
    String byDefault =
        asked
            + " (no replication factor was asked for, so this is the default here; --replication-factor 1 is possible now)";

    assertEquals(asked, refused(2, false).message());
    assertEquals(byDefault, refused(TopicCall.UNSET, false).message());
    assertEquals(byDefault, refused(TopicCall.UNSET, true).message());
  }
}
