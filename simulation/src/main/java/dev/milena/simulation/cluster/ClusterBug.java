package dev.milena.simulation.cluster;

import dev.milena.broker.core.copy.FollowerWord;
import dev.milena.broker.core.copy.LeaderWord;
import dev.milena.broker.core.serving.LocalNetwork;
import dev.milena.replication.LogEnds;
import dev.milena.simulation.Bug;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Mistakes that can be switched on, to see that the simulation finds them. */
public enum ClusterBug {
  /** None: the code as it is. */
  NONE,
  /** The high watermark follows log ends instead of flushed ends. */
  ACKNOWLEDGE_BEFORE_FSYNC,
  /** The fsync of a log reports success and does nothing. */
  FORGOTTEN_FSYNC,
  /** The fsync of a folder reports success and does nothing. */
  FORGOTTEN_FOLDER_FSYNC,
  /** A read returns bytes of another place in the file: a buffer reused while in flight. */
  REUSED_BUFFER,
  /** Followers report what they have written as flushed. */
  FOLLOWER_REPORTS_BEFORE_FSYNC,
  /** Followers report one record more than they have. */
  FOLLOWER_REPORTS_TOO_MUCH,
  /** Followers cut their logs to the high watermark that they know, instead of by epochs. */
  TRUNCATES_TO_HIGH_WATERMARK,
  /** Writes are acknowledged with fewer replicas in sync than min.insync.replicas. */
  ISR_BELOW_MINIMUM,
  /** A leader goes by the in-sync replicas that it proposes, also when it is fenced meanwhile. */
  FENCED_LEADER_ACKNOWLEDGES,
  /** A cut of a log leaves its producers as they were. */
  STALE_PRODUCER_TABLE,
  /** Nobody gives a batch to a replica whose disk has changed it. */
  NOTHING_IS_MENDED;

  /** What of it lies at the disk. */
  Bug atDisk() {
    return switch (this) {
      case FORGOTTEN_FSYNC -> Bug.FORGOTTEN_FSYNC;
      case FORGOTTEN_FOLDER_FSYNC -> Bug.FORGOTTEN_FOLDER_FSYNC;
      case REUSED_BUFFER -> Bug.REUSED_BUFFER;
      default -> Bug.NONE;
    };
  }

  /** What of it lies in a method of the product. */
  Optional<Mutation> mutation() {
    return switch (this) {
      case ISR_BELOW_MINIMUM ->
          Optional.of(
              new Mutation(
                  "dev.milena.replication.InSyncSet",
                  "counted",
                  code -> code.loadConstant(Integer.MAX_VALUE).ireturn()));
      case FENCED_LEADER_ACKNOWLEDGES ->
          Optional.of(
              new Mutation(
                  "dev.milena.replication.InSyncSet", "maximal", ClusterBug::returnProposed));
      case STALE_PRODUCER_TABLE ->
          Optional.of(
              new Mutation("dev.milena.log.ProducerTable", "truncateEnd", CodeBuilder::return_));
      default -> Optional.empty();
    };
  }

  /** {@code return proposed.orElse(committed)}. */
  private static void returnProposed(CodeBuilder code) {
    ClassDesc self = ClassDesc.of("dev.milena.replication.InSyncSet");
    ClassDesc set = ClassDesc.of("dev.milena.replication.ReplicaSet");
    ClassDesc optional = ClassDesc.of("java.util.Optional");
    code.aload(0)
        .getfield(self, "proposed", optional)
        .aload(0)
        .getfield(self, "committed", set)
        .invokevirtual(
            optional, "orElse", MethodTypeDesc.of(ConstantDescs.CD_Object, ConstantDescs.CD_Object))
        .checkcast(set)
        .areturn();
  }

  /** What of it lies in what brokers say to each other. */
  Optional<LocalNetwork.Forgery> forgery() {
    return switch (this) {
      case FOLLOWER_REPORTS_BEFORE_FSYNC ->
          Optional.of(reports(ends -> new LogEnds(ends.logEnd(), ends.logEnd())));
      case FOLLOWER_REPORTS_TOO_MUCH ->
          Optional.of(reports(ends -> new LogEnds(ends.logEnd() + 1, ends.flushedEnd() + 1)));
      case TRUNCATES_TO_HIGH_WATERMARK -> Optional.of(new CutToHighWatermark());
      case NOTHING_IS_MENDED -> Optional.of(new NoPieces());
      default -> Optional.empty();
    };
  }

  /** As if no replica had what another lacks. */
  private static final class NoPieces implements LocalNetwork.Forgery {
    @Override
    public LeaderWord answered(int follower, LeaderWord word) {
      return word instanceof LeaderWord.Piece(var id, int epoch, long offset, var _)
          ? new LeaderWord.Piece(id, epoch, offset, Optional.empty())
          : word;
    }
  }

  private static LocalNetwork.Forgery reports(UnaryOperator<LogEnds> forged) {
    return new LocalNetwork.Forgery() {
      @Override
      public FollowerWord said(int follower, FollowerWord word) {
        return word instanceof FollowerWord.Report report
            ? new FollowerWord.Report(
                report.id(), report.leaderEpoch(), forged.apply(report.ends()))
            : word;
      }
    };
  }
}
