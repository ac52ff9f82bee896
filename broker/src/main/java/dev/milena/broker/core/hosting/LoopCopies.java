package dev.milena.broker.core.hosting;

import dev.milena.broker.core.copy.FollowerSession;
import dev.milena.broker.core.copy.FollowerWord;
import dev.milena.broker.core.copy.LeaderWord;
import dev.milena.log.CorruptLog;
import dev.milena.log.PartitionLog;
import dev.milena.metadata.PartitionId;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import dev.milena.replication.FollowAnswer;
import dev.milena.replication.PartitionFacts;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands what other brokers say of copies to the partitions of one loop. */
@OwnedBy(Owner.PARTITION_LOOP)
final class LoopCopies {
  private static final Logger events = LoggerFactory.getLogger(LoopCopies.class);

  private final int self;
  private final PartitionSlots slots;
  private final LogOpenings openings;
  private final LoopLinks links;
  private final LacksHeard lacks = new LacksHeard();

  LoopCopies(int self, PartitionSlots slots, LogOpenings openings, LoopLinks links) {
    this.self = self;
    this.slots = slots;
    this.openings = openings;
    this.links = links;
  }

  /** On which the partitions of this loop speak. */
  LoopLinks links() {
    return links;
  }

  void take(LoopFact.OfCopies fact, long nowMs) {
    switch (fact) {
      case LoopFact.HeardFollower(FollowerSession follower, FollowerWord word) ->
          heardFollower(follower, word, nowMs);
      case LoopFact.HeardLeader(int leader, LeaderWord word) -> heardLeader(leader, word, nowMs);
      case LoopFact.FeedRead read -> {
        tell(read.id(), hosted -> hosted.feedRead(read, nowMs));
        read.session().giveBack(read.reservedBytes(), read.copy());
      }
      case LoopFact.FollowerReady(FollowerSession follower, PartitionId id) -> {
        lacks.roomFor(id, follower).ifPresent(lack -> heardFollower(follower, lack, nowMs));
        tell(id, hosted -> {});
        links.roomWasTold(follower);
      }
      case LoopFact.FollowerGone(FollowerSession follower) -> {
        lacks.gone(follower);
        slots.all().forEach(slot -> slot.hosted().ifPresent(one -> one.followerGone(follower)));
      }
      case LoopFact.AskAgain(int leader) ->
          slots
              .all()
              .forEach(slot ->
                  slot.hosted()
                      .ifPresent(hosted -> {
                        hosted.askAgain(leader, nowMs);
                        slots.touch(slot);
                      }));
      case LoopFact.DamageFound found ->
          tell(found.id(), hosted -> hosted.damageFound(found, nowMs));
      case LoopFact.LookedOver looked -> lookedOver(looked, nowMs);
      case LoopFact.InspectionWanted(PartitionId id, long from, var given) ->
          given.accept(
              slots.of(id).flatMap(PartitionSlot::hosted).flatMap(one -> one.inspect(from)));
      case LoopFact.BeginAnew(PartitionId id, PartitionLog log, long offset) ->
          beginAnew(id, log, offset);
    }
  }

  private void lookedOver(LoopFact.LookedOver looked, long nowMs) {
    if (slots.of(looked.id()).flatMap(PartitionSlot::hosted).isPresent()) {
      tell(looked.id(), hosted -> hosted.lookedOver(looked, nowMs));
    } else {
      looked.inspection().close();
    }
  }

  private void heardLeader(int leader, LeaderWord word, long nowMs) {
    Optional<PartitionSlot> slot = slots.of(word.id());
    if (word instanceof LeaderWord.Piece piece
        && slot.isPresent()
        && slot.get().hosted().isEmpty()) {
      given(slot.get(), leader, piece, nowMs);
    } else {
      tell(word.id(), hosted -> hosted.heardLeader(leader, word, nowMs));
    }
  }

  /** A batch for want of which a log cannot be opened, or nothing: then the next is asked. */
  private void given(PartitionSlot slot, int broker, LeaderWord.Piece piece, long nowMs) {
    if (piece.batch().isPresent()) {
      slot.quest()
          .given(broker, piece.offset())
          .ifPresent(damage -> mendAndOpen(slot, damage, piece.batch().get(), nowMs));
    } else if (slot.quest().declined(broker, piece.offset())) {
      askNext(slot, nowMs);
    }
    slots.touch(slot);
  }

  private void mendAndOpen(PartitionSlot slot, CorruptLog damage, ByteBuffer batch, long nowMs) {
    PartitionId id = slot.address().id();
    if (openings.mendAndOpen(id, slot.wanted().settings(), damage, batch)) {
      slot.reopens();
    } else {
      slot.quest().putOff(nowMs);
    }
  }

  /** A log cannot be opened for want of a batch: others are asked for it. */
  private void ask(PartitionSlot slot, CorruptLog damage, long nowMs) {
    slot.quest().begin(damage, MendingOrder.of(slot.wanted().facts(), self));
    askNext(slot, nowMs);
  }

  /** Whoever was asked for a batch has not answered, or it is time to ask all again. */
  void askIfDue(PartitionSlot slot, long nowMs) {
    if (nowMs >= slot.quest().dueMs()) {
      askNext(slot, nowMs);
    }
  }

  private void askNext(PartitionSlot slot, long nowMs) {
    PartitionFacts facts = slot.wanted().facts();
    OptionalInt next = slot.quest().next(MendingOrder.of(facts, self), nowMs);
    if (next.isEmpty()) {
      copyAnewIfDamaged(slot);
      return;
    }
    long offset = slot.quest().lacking().orElseThrow().offset().orElseThrow();
    links.say(
        next.getAsInt(), new FollowerWord.Lack(slot.address().id(), facts.leaderEpoch(), offset));
  }

  /** The image says something else of a partition whose log cannot be opened. */
  void rowChanged(PartitionSlot slot, long nowMs) {
    slot.wishes().lost(slot.wanted().facts());
    if (slot.quest().isIdle() && openings.isMendable(slot.address().id())) {
      slot.quest().askAll(MendingOrder.of(slot.wanted().facts(), self));
      askNext(slot, nowMs);
    } else {
      copyAnewIfDamaged(slot);
    }
  }

  private void heardFollower(FollowerSession follower, FollowerWord word, long nowMs) {
    if (follower.isEnded()) {
      return;
    }
    Optional<PartitionSlot> slot = slots.of(word.id());
    if (word instanceof FollowerWord.Lack lack
        && slot.isPresent()
        && !lacks.hasRoom(follower, lack)) {
      return;
    }
    if (slot.flatMap(PartitionSlot::hosted).isPresent()) {
      tell(word.id(), hosted -> hosted.heardFollower(follower, word, nowMs));
    } else if (word instanceof FollowerWord.Follow follow) {
      // not open yet, or not known yet: the follower tries again
      links.say(
          follower,
          new LeaderWord.Answer(
              follow.id(), follow.leaderEpoch(), follow.from(), new FollowAnswer.Refused()));
    } else if (word instanceof FollowerWord.Lack lack && slot.isPresent()) {
      openings.give(lack.id(), lack.offset(), batch -> LacksHeard.answer(follower, lack, batch));
    } else if (word instanceof FollowerWord.Lack lack) {
      links.say(
          follower,
          new LeaderWord.Piece(lack.id(), lack.leaderEpoch(), lack.offset(), Optional.empty()));
    }
  }

  private void tell(PartitionId id, Consumer<HostedPartition> what) {
    slots
        .of(id)
        .ifPresent(slot ->
            slot.hosted()
                .ifPresent(hosted -> {
                  what.accept(hosted);
                  slots.touch(slot);
                }));
  }

  /** A log is offline: others lead, and what can be done about its bytes is done. */
  void openFailed(PartitionSlot slot, Optional<CorruptLog> damage, long nowMs) {
    slot.wishes().lost(slot.wanted().facts());
    damage.ifPresentOrElse(one -> ask(slot, one, nowMs), () -> copyAnewIfDamaged(slot));
  }

  /** A log that cannot be opened since it is damaged is copied anew, where that may be. */
  private void copyAnewIfDamaged(PartitionSlot slot) {
    PartitionId id = slot.address().id();
    boolean nothingElseHelps =
        openings.isDamaged(id) || (openings.isMendable(id) && slot.quest().isInVain());
    if (nothingElseHelps && CopyAnewRule.allows(slot.wanted().facts(), self)) {
      events
          .atWarn()
          .addKeyValue("partition", slot.address().name())
          .addKeyValue("leader", slot.wanted().facts().leader())
          .log("the log was found damaged and is copied anew from its leader; look after the disk");
      slot.reopens();
      slot.quest().over();
      openings.deleteFiles(id);
      openings.open(id, slot.wanted().settings());
    }
  }

  /** The log that is open goes as that of a deleted topic does, and an empty one is made. */
  private void beginAnew(PartitionId id, PartitionLog log, long offset) {
    slots
        .of(id)
        .filter(slot -> slot.hosts(log))
        .ifPresent(slot -> {
          slot.beginAnew();
          openings.discard(id, log);
          openings.openAt(id, slot.wanted().settings(), offset);
          slots.touch(slot);
        });
  }
}
