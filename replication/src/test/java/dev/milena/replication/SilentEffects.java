package dev.milena.replication;

/** For walks that look at some effects and let the others be. */
abstract class SilentEffects implements EffectSink {
  @Override
  public void becameLeader(int leaderEpoch, long epochStart) {}

  @Override
  public void becameFollower(int leader, int leaderEpoch) {}

  @Override
  public void becameIdle(int leaderEpoch) {}

  @Override
  public void highWatermarkMoved(long highWatermark) {}

  @Override
  public void flushWanted(long logEnd) {}

  @Override
  public void isrWanted(ReplicaSet isr, int partitionEpoch) {}

  @Override
  public void followWanted(int leader, int leaderEpoch) {}

  @Override
  public void truncateWanted(long offset) {}

  @Override
  public void beginAnewWanted(long offset) {}

  @Override
  public void forgetWanted(long logStart) {}

  @Override
  public void reportWanted(LogEnds ends) {}
}
