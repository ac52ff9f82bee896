package dev.milena.node.quorum;

import dev.milena.metadata.MetadataView;
import dev.milena.quorum.grpc.client.OwnMember;
import dev.milena.quorum.ratis.QuorumServer;
import dev.milena.quorum.store.RecordStream;
import dev.milena.quorum.store.StoreFailure;
import dev.milena.quorum.view.FollowedPlace;
import java.util.Optional;
import java.util.OptionalLong;

/** A member as a source of its broker's view. Any thread. */
public record MemberSource(QuorumServer member) implements OwnMember {
  /** The member as it takes part now; nothing while it has no log. */
  public static Optional<OwnMember> of(QuorumServer member) {
    return switch (member.stage()) {
      case FORMING, RETURNING, STRANGER -> Optional.empty();
      case JOINING, VOTER -> Optional.of(new MemberSource(member));
    };
  }

  @Override
  public MetadataView view() {
    return member.view();
  }

  /** Where it is; the beginning when its store is not open, so that a stream sends everything. */
  @Override
  public FollowedPlace place() {
    try {
      RecordStream.Page.Whole whole = member.stream().whole();
      return new FollowedPlace(whole.index(), whole.lastStep(), whole.rollingHash(), whole.image());
    } catch (StoreFailure notOpen) {
      return FollowedPlace.NOTHING;
    }
  }

  @Override
  public OptionalLong leaderHeardAgoMs() {
    return member.leaderHeardMs();
  }

  @Override
  public long behindMs() {
    return member.behindMs();
  }
}
