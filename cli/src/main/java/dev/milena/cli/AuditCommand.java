package dev.milena.cli;

import dev.milena.client.Admin;
import dev.milena.client.ChangeHistory;
import dev.milena.client.MilenaClient;
import java.time.ZoneId;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code kafkactl audit}: who changed what, from where, with which tool, and when. */
@Command(
    name = "audit",
    description = {
      "Shows who changed topics, partitions, brokers and voters.",
      "",
      "A line each, oldest first, with tabs between: when, who, from where, with which tool, what."
    },
    customSynopsis = "kafkactl audit [--topic T] [--since 2h|TIME] [--json]",
    optionListHeading = "%nOptions:%n")
final class AuditCommand implements Callable<Integer> {
  @ParentCommand private @Nullable Kafkactl tool;

  @Option(
      names = "--topic",
      paramLabel = "T",
      description = "Only changes of this topic: its name or id, also when it was deleted.")
  private @Nullable String topic;

  @Option(
      names = "--since",
      paramLabel = "2h|TIME",
      description = "Only changes of the last 30s, 15m, 2h or 7d, or since 2026-11-21T10:00:00Z.")
  private @Nullable String since;

  @Override
  public Integer call() {
    long sinceMs =
        since == null
            ? 0
            : Moment.parseOrAgo(
                "--since", since, ZoneId.systemDefault(), System.currentTimeMillis());
    if (topic != null && topic.isEmpty()) {
      throw CommandFailed.usage(OptionWords.wants("--topic", topic));
    }
    ChangeHistory.Wanted wanted = new ChangeHistory.Wanted(topic == null ? "" : topic, sinceMs);
    Kafkactl parent = Objects.requireNonNull(tool, "picocli sets the parent");
    try (MilenaClient client = parent.client()) {
      DataOut out = new DataOut(parent.surroundings().out());
      ChangeHistory first = client.admin().audit(wanted, 0);
      if (parent.wantsJson()) {
        json(client.admin(), wanted, first, out);
      } else {
        lines(client.admin(), wanted, first, out);
      }
      out.flush();
      if (first.forgottenThrough() >= 0) {
        parent.surroundings().say(forgotten(first.forgottenThrough()));
      }
    }
    return ExitCode.DONE;
  }

  private static String forgotten(long through) {
    return "The journal begins after index "
        + through
        + "; older changes are kept no more (metadata.journal.retention.bytes).";
  }

  private static void lines(
      Admin admin, ChangeHistory.Wanted wanted, ChangeHistory first, DataOut out) {
    ChangeHistory page = first;
    page.changes().forEach(change -> out.put(AuditListing.lines(change)));
    while (page.nextIndex().isPresent()) {
      page = admin.audit(wanted, page.nextIndex().getAsLong());
      page.changes().forEach(change -> out.put(AuditListing.lines(change)));
    }
  }

  /** One document, written as the pages come: the history may be long. */
  private static void json(
      Admin admin, ChangeHistory.Wanted wanted, ChangeHistory first, DataOut out) {
    try (AuditListing.Document document = AuditListing.document(out, first.forgottenThrough())) {
      ChangeHistory page = first;
      page.changes().forEach(document::put);
      while (page.nextIndex().isPresent()) {
        page = admin.audit(wanted, page.nextIndex().getAsLong());
        page.changes().forEach(document::put);
      }
    }
  }
}
