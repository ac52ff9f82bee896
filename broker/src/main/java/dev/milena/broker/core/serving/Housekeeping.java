package dev.milena.broker.core.serving;

import dev.milena.broker.core.hosting.LogStorage;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What log directories need done about once a second, off every loop: a checkpoint of the flushed
 * ends, so that recovery scans little, and the deletion of files that retention let go.
 */
@OwnedBy(Owner.CREATOR)
final class Housekeeping {
  static final long PERIOD_MS = 1_000;

  private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);

  private final LogStorage storage;
  private final TreeSet<String> complainedAbout = new TreeSet<>();

  Housekeeping(LogStorage storage) {
    this.storage = storage;
  }

  /** One round over all directories. A directory that fails is said once, and tried again. */
  void run() {
    for (LogStorage.Volume volume : storage.volumes()) {
      String id = volume.directory().id().toString();
      try {
        volume.directory().checkpoint();
        volume.directory().reap();
        complainedAbout.remove(id);
      } catch (IOException failed) {
        if (complainedAbout.add(id)) {
          log.atWarn()
              .addKeyValue("directory", id)
              .addKeyValue("reason", failed.getMessage())
              .log("log directory cannot be tidied; a restart may scan more, files may stay");
        }
      }
    }
  }
}
