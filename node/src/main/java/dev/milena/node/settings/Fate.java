package dev.milena.node.settings;

/** What Milena does with a key. */
public enum Fate {
  /** Does what its name says, as in Kafka. */
  HONOURED,
  /** Sets something that Milena keeps under another name. */
  MAPPED,
  /** Is Milena's own. */
  OWN,
  /** Is read and has no effect; a start that finds it says so once. */
  IGNORED
}
