package dev.milena.broker.core.hosting;

import dev.milena.log.CorruptLog;
import dev.milena.metadata.PartitionId;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What can be done with logs that cannot be opened for want of a batch: mend, and give others. */
@OwnedBy(Owner.ANY_THREAD)
final class ClosedLogs {
  private static final Logger events = LoggerFactory.getLogger(ClosedLogs.class);

  private final HostingContext context;

  ClosedLogs(HostingContext context) {
    this.context = context;
  }

  /**
   * Puts a batch where one is damaged. One that does not fit changes nothing: the opening that
   * follows says so.
   *
   * @throws IOException when it is not on the device. The log must not be opened then: what is read
   *     there may be in the page cache alone, and count as clean
   */
  void mend(String name, CorruptLog damage, ByteBuffer batch) throws IOException {
    String misfit = context.storage().mend(name, damage, batch);
    events
        .atWarn()
        .addKeyValue("log", name)
        .addKeyValue("offset", damage.offset().orElseThrow())
        .addKeyValue("bytes", batch.remaining())
        .addKeyValue("reason", misfit.isEmpty() ? damage.reason() : misfit)
        .log(
            misfit.isEmpty()
                ? "a damaged batch was replaced with another replica's; look after the disk"
                : "what another replica gave for a damaged batch was refused");
  }

  /**
   * Gives a batch to a replica that lacks it.
   *
   * @param offset the batch's first
   * @param to called on a reader thread, or at once with nothing
   */
  void give(PartitionId id, long offset, Consumer<Optional<ByteBuffer>> to) {
    try {
      context.readers().execute(() -> giveNow(id, offset, to));
    } catch (RejectedExecutionException full) {
      to.accept(Optional.empty());
    }
  }

  @OwnedBy(Owner.READER_THREAD)
  private void giveNow(PartitionId id, long offset, Consumer<Optional<ByteBuffer>> to) {
    Optional<ByteBuffer> batch = Optional.empty();
    try {
      batch = context.storage().batchOfClosed(id.toString(), offset);
    } catch (IOException unread) {
      events
          .atWarn()
          .addKeyValue("log", id)
          .addKeyValue("offset", offset)
          .addKeyValue("reason", unread.getMessage())
          .log("a batch that another replica lacks could not be read");
    } finally {
      to.accept(batch);
    }
  }
}
