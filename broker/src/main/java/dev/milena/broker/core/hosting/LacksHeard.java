package dev.milena.broker.core.hosting;

import dev.milena.broker.core.copy.FollowerSession;
import dev.milena.broker.core.copy.FollowerWord;
import dev.milena.broker.core.copy.LeaderWord;
import dev.milena.metadata.PartitionId;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What replicas lack and asked this loop for. Each batch is read with room that was reserved in the
 * stream of whoever asked, and given back with the answer; who finds none waits for it. Of one
 * broker and partition the newest question counts, so there are no more than these.
 */
@OwnedBy(Owner.PARTITION_LOOP)
final class LacksHeard {
  /** For one batch, before it is known how large it is; few have more. */
  private static final int ROOM_BYTES = FollowerSession.MOST_AT_ONCE_BYTES;

  private final Map<Asker, Waiting> waiting = new HashMap<>();

  private record Asker(int broker, PartitionId id) {}

  private record Waiting(FollowerSession session, FollowerWord.Lack lack) {}

  /** Reserves room for the answer; without it the question waits for {@link #roomFor}. */
  boolean hasRoom(FollowerSession session, FollowerWord.Lack lack) {
    boolean room = session.reserve(lack.id(), ROOM_BYTES, FollowerSession.Copy.LACKS);
    if (!room) {
      waiting.put(new Asker(session.broker(), lack.id()), new Waiting(session, lack));
    }
    return room;
  }

  /** There may be room: what waited for it, once. */
  Optional<FollowerWord.Lack> roomFor(PartitionId id, FollowerSession session) {
    Asker asker = new Asker(session.broker(), id);
    Optional<Waiting> asked =
        Optional.ofNullable(waiting.get(asker)).filter(one -> one.session() == session);
    asked.ifPresent(_ -> waiting.remove(asker));
    return asked.map(Waiting::lack);
  }

  /** Nobody hears an answer any more. */
  void gone(FollowerSession session) {
    waiting.values().removeIf(one -> one.session() == session);
  }

  /** Says what was read, or nothing, and gives the room back. */
  @OwnedBy(Owner.ANY_THREAD)
  static void answer(FollowerSession session, FollowerWord.Lack lack, Optional<ByteBuffer> batch) {
    session.say(new LeaderWord.Piece(lack.id(), lack.leaderEpoch(), lack.offset(), batch));
    session.flush();
    session.giveBack(ROOM_BYTES, FollowerSession.Copy.LACKS);
  }
}
