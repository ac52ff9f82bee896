package dev.milena.node.naming;

/**
 * What a refusal calls a setting that it recommends: by its key where a file says it, by the option
 * where the command has one. Pure.
 */
public enum SettingNames {
  /** Of {@code milena start}. */
  KEYS,
  /** Of {@code milena dev}. */
  OPTIONS;

  /** What names the data directory. */
  public String dataDirectory() {
    return switch (this) {
      case KEYS -> "log.dirs";
      case OPTIONS -> "--data";
    };
  }

  /** Who listens, and what names its port and its host. */
  public enum Listener {
    CLIENTS("listeners", "--port"),
    QUORUM("quorum.listener", "--quorum-port"),
    HTTP("http.listener", "--http-port");

    private final String key;
    private final String portOption;

    Listener(String key, String portOption) {
      this.key = key;
      this.portOption = portOption;
    }

    /** For a person, in the middle of a sentence. */
    public String purpose() {
      return switch (this) {
        case CLIENTS -> "clients";
        case QUORUM -> "quorum";
        case HTTP -> "http";
      };
    }
  }

  /** What names the port of a listener. */
  public String port(Listener of) {
    return switch (this) {
      case KEYS -> of.key;
      case OPTIONS -> of.portOption;
    };
  }

  /** What names the host of a listener. */
  public String host(Listener of) {
    return switch (this) {
      case KEYS -> of.key;
      case OPTIONS -> "--host";
    };
  }
}
