package dev.milena.broker.connection;

import io.netty.channel.Channel;

/**
 * The place of a door that is not built: closes every connection, at once and without an answer.
 *
 * <p>A Kafka client reads that as "broker disconnected" and tries again with its own backoff; the
 * log says what happened, at most once an interval.
 */
public final class ClosedDoor implements DoorOpener {
  private final String language;
  private final RefusalLog log;

  /**
   * A closed door.
   *
   * @param language what is not spoken, for the log
   * @param log where it is said
   */
  public ClosedDoor(String language, RefusalLog log) {
    this.language = language;
    this.log = log;
  }

  @Override
  public void open(Channel connection, Runnable ready) {
    log.refused(language + " is not spoken on this port yet", connection.remoteAddress());
    var _ = connection.close();
  }
}
