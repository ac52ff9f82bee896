package dev.milena.broker.door.grpc;

/**
 * What the gRPC door holds at one moment.
 *
 * @param calls open calls, of any service
 * @param receivedBytes what requests count that came and are not with the core
 * @param recordBytes records in the clear that the core has and has not answered
 * @param answerBytes answers that clients have not taken
 */
public record DoorCounts(int calls, long receivedBytes, long recordBytes, long answerBytes) {
  /** Nothing. */
  public static final DoorCounts NONE = new DoorCounts(0, 0, 0, 0);
}
