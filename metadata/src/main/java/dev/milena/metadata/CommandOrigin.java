package dev.milena.metadata;

/**
 * Who asked for a change and with which tool; kept beside every change in the record journal.
 *
 * <p>Each part is cut at {@value #MAX_LENGTH} characters: a client chooses some of these words, and
 * they are stored for ever.
 *
 * @param principal the authenticated name, or {@link #ANONYMOUS}
 * @param address where the request came from, as HOST:PORT; empty when from inside
 * @param tool what asked, for example "kafkactl topics --create" or "broker 3"
 */
public record CommandOrigin(String principal, String address, String tool) {
  public static final int MAX_LENGTH = 256;

  /** The principal of a client that did not have to say who it is. */
  public static final String ANONYMOUS = "ANONYMOUS";

  public CommandOrigin {
    principal = cut(principal);
    address = cut(address);
    tool = cut(tool);
  }

  /** The origin of a change that a node makes by itself. */
  public static CommandOrigin ofBroker(int brokerId) {
    return new CommandOrigin("broker:" + brokerId, "", "milena");
  }

  private static String cut(String text) {
    return text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH);
  }
}
