package dev.milena.replication;

/** What a replica must have done with a record before it counts towards the high watermark. */
public enum FlushPolicy {
  /** Fsynced it: {@code flush.policy=ack}, the default. */
  ACK("ack"),
  /** Appended it: {@code flush.policy=replicated}, Kafka's meaning. */
  REPLICATED("replicated");

  private final String setting;

  FlushPolicy(String setting) {
    this.setting = setting;
  }

  /** Its name in settings and topic configs. */
  public String setting() {
    return setting;
  }

  /** The one of that name, which was checked when it was set. */
  public static FlushPolicy of(String setting) {
    for (FlushPolicy policy : values()) {
      if (policy.setting.equals(setting)) {
        return policy;
      }
    }
    throw new IllegalArgumentException("no flush.policy " + setting);
  }
}
