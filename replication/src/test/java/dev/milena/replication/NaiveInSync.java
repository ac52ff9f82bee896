package dev.milena.replication;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Rule 4 told naively: keeps every moment of a leader's epoch, and for each question goes through
 * all of them from the first. Says
 *
 * <ul>
 *   <li>when a follower was caught up last: as the rules may know it, by marks ({@link
 *       #caughtUpMs}) and as it truly was ({@link #trulyCaughtUpMs}), which is never earlier;
 *   <li>how long one that left must stay away;
 *   <li>whom a leader wants in sync at a time, and when that changes if nothing else happens.
 * </ul>
 */
final class NaiveInSync {
  private static final long NO_RUN = -1;

  private final ReplicaSettings settings;

  /** Of the present epoch of broker 1, which leads; empty while it does not. */
  private final List<Moment> moments = new ArrayList<>();

  /** What follows from the moments until the last one for each follower; found anew after each. */
  private final Map<Integer, Life> lives = new TreeMap<>();

  NaiveInSync(ReplicaSettings settings) {
    this.settings = settings;
  }

  /**
   * What was so from a moment on, until the next one.
   *
   * @param up runs of the brokers that may be in sync
   * @param hw as the replica has it, which another twin checks
   * @param wanted what the replica wanted then, empty for nothing
   */
  record Moment(
      long ms,
      ReplicaEvent event,
      PartitionFacts facts,
      long leaderEnd,
      Map<Integer, Long> up,
      long hw,
      ReplicaSet wanted) {}

  /** One follower's newest run and how far it is, as told. */
  private record Told(long run, LogEnds ends, boolean counts) {
    static final Told NOTHING = new Told(NO_RUN, LogEnds.UNKNOWN, false);

    /** It left: it has to tell again, and older runs are believed no more than before. */
    Told forgotten() {
      return new Told(run, LogEnds.UNKNOWN, false);
    }

    Told and(long toldRun, LogEnds told) {
      if (toldRun != run) {
        return toldRun > run ? new Told(toldRun, told, true) : this;
      }
      return new Told(
          run,
          new LogEnds(
              Math.max(ends.logEnd(), told.logEnd()),
              Math.max(ends.flushedEnd(), told.flushedEnd())),
          true);
    }
  }

  /** The next moment. */
  void happened(Moment moment) {
    lives.clear();
    if (moment.facts().leader() != 1
        || (leads() && last().facts().leaderEpoch() != moment.facts().leaderEpoch())) {
      moments.clear();
    }
    if (moment.facts().leader() == 1) {
      moments.add(moment);
    }
  }

  /** At the last moment the replica wanted these. */
  void wants(ReplicaSet wanted) {
    Moment at = moments.removeLast();
    moments.add(
        new Moment(at.ms(), at.event(), at.facts(), at.leaderEnd(), at.up(), at.hw(), wanted));
  }

  boolean leads() {
    return !moments.isEmpty();
  }

  private Moment last() {
    return moments.getLast();
  }

  /** Whether the leader may ask for other replicas: nothing asked for is open, nor just refused. */
  boolean mayWant(long nowMs) {
    boolean open = false;
    long notBeforeMs = Long.MIN_VALUE;
    for (int i = 0; i < moments.size(); i++) {
      Moment at = moments.get(i);
      if (i > 0 && at.facts().partitionEpoch() != moments.get(i - 1).facts().partitionEpoch()) {
        open = false;
      }
      if (open
          && at.event() instanceof ReplicaEvent.IsrRefused(int row)
          && row == at.facts().partitionEpoch()) {
        open = false;
        notBeforeMs = at.ms() + settings.againMs();
      }
      open |= at.wanted().size() > 0;
    }
    return !open && nowMs >= notBeforeMs;
  }

  /** Whom the leader wants in sync, should nothing else happen until then. */
  ReplicaSet wanted(long nowMs) {
    ReplicaSet replicas = last().facts().replicas();
    ReplicaSet wanted = ReplicaSet.of(1);
    for (int place = 0; place < replicas.size(); place++) {
      int id = replicas.id(place);
      if (id != 1 && (isIn(last(), id) ? !isLate(id, nowMs) : mayJoin(id, nowMs))) {
        wanted = wanted.union(ReplicaSet.of(id));
      }
    }
    return wanted;
  }

  boolean wantsAnother(long nowMs) {
    return leads() && mayWant(nowMs) && !wanted(nowMs).equals(last().facts().isr());
  }

  /** The first time from now on at which it wants others, {@link Long#MAX_VALUE} for never. */
  long nextChangeMs(long nowMs) {
    long never = nowMs + 4 * (settings.lagMs() + settings.mostRejoinMs() + settings.againMs());
    if (!wantsAnother(never)) {
      return Long.MAX_VALUE;
    }
    long from = nowMs;
    long to = never;
    while (from < to) {
      // Who is late stays late and who may join may join, so all times after the first are alike.
      long middle = (from + to) / 2;
      if (wantsAnother(middle)) {
        to = middle;
      } else {
        from = middle + 1;
      }
    }
    return from;
  }

  private boolean isLate(int id, long nowMs) {
    return !hasAll(moments.size() - 1, id) && nowMs - caughtUpMs(id) > settings.lagMs();
  }

  private boolean mayJoin(int id, long nowMs) {
    if (!last().up().containsKey(id) || (!isShort() && nowMs < mayComeBackMs(id))) {
      return false;
    }
    long run = last().up().getOrDefault(id, NO_RUN);
    long committed = Math.max(last().hw(), moments.getFirst().leaderEnd());
    int now = moments.size() - 1;
    Told told = told(now, id);
    return told.counts() && told.run() == run && counted(now, id) >= committed;
  }

  /** Whoever can help it is taken, however often it has left. */
  private boolean isShort() {
    PartitionFacts facts = last().facts();
    return facts.isr().size() < facts.minInsync();
  }

  /**
   * A follower since it is a replica without a break.
   *
   * @param begin index of the moment at which it became one
   * @param told what it had told, at that moment and each after it
   */
  private record Life(int begin, List<Told> told) {}

  private Life life(int id) {
    return lives.computeIfAbsent(id, this::lifeFromScratch);
  }

  private Life lifeFromScratch(int id) {
    int begin = moments.size() - 1;
    while (begin > 0 && moments.get(begin - 1).facts().replicas().contains(id)) {
      begin--;
    }
    List<Told> told = new ArrayList<>(List.of(Told.NOTHING));
    for (int i = begin + 1; i < moments.size(); i++) {
      boolean reports = reports(i, id);
      boolean left = !isIn(moments.get(i), id) && isIn(moments.get(i - 1), id);
      told.add(
          left
              ? told.getLast().forgotten()
              : reports && moments.get(i).event() instanceof ReplicaEvent.FollowerProgressed report
                  ? told.getLast().and(report.brokerEpoch(), report.ends())
                  : told.getLast());
    }
    return new Life(begin, told);
  }

  private int begin(int id) {
    return life(id).begin();
  }

  private static boolean isIn(Moment at, int id) {
    return at.facts().isr().contains(id);
  }

  private boolean joinedAt(int moment, int id) {
    return moment > begin(id)
        && isIn(moments.get(moment), id)
        && !isIn(moments.get(moment - 1), id);
  }

  private boolean leftAt(int moment, int id) {
    return moment > begin(id)
        && !isIn(moments.get(moment), id)
        && isIn(moments.get(moment - 1), id);
  }

  private Told told(int moment, int id) {
    return life(id).told().get(moment - begin(id));
  }

  private boolean reports(int moment, int id) {
    return moments.get(moment).event()
            instanceof ReplicaEvent.FollowerProgressed(int who, long _, int epoch, LogEnds _)
        && who == id
        && epoch == moments.get(moment).facts().leaderEpoch();
  }

  private long counted(int moment, int id) {
    LogEnds ends = told(moment, id).ends();
    return moments.get(moment).facts().flushPolicy() == FlushPolicy.ACK
        ? ends.flushedEnd()
        : ends.logEnd();
  }

  private boolean hasAll(int moment, int id) {
    return counted(moment, id) >= moments.get(moment).leaderEnd();
  }

  /** When the moment was over; the last one is not yet. */
  private long endMs(int moment, long nowMs) {
    return moment + 1 < moments.size() ? moments.get(moment + 1).ms() : nowMs;
  }

  /** As far as the rules may know: when it had all, when it joined, and the marks it reached. */
  long caughtUpMs(int id) {
    int begin = begin(id);
    long caughtUpMs = moments.get(begin).ms();
    for (int i = begin; i < moments.size(); i++) {
      if (hasAll(i, id) || joinedAt(i, id)) {
        long untilMs = hasAll(i, id) ? endMs(i, last().ms()) : moments.get(i).ms();
        caughtUpMs = Math.max(caughtUpMs, untilMs);
      }
    }
    int mark = begin;
    for (int i = begin + 1; i < moments.size(); i++) {
      if (reports(i, id) && counted(i, id) >= moments.get(mark).leaderEnd()) {
        caughtUpMs = Math.max(caughtUpMs, moments.get(mark).ms());
        mark = i;
      }
    }
    return caughtUpMs;
  }

  /** When the log of the leader ended, last, where the follower's does or before. */
  private long trulyCaughtUpMs(int id, int untilMoment, long nowMs) {
    int begin = begin(id);
    long caughtUpMs = moments.get(begin).ms();
    for (int i = begin; i <= untilMoment; i++) {
      long counted = counted(i, id);
      long endMs = i == untilMoment ? nowMs : endMs(i, nowMs);
      for (int j = begin; j <= i; j++) {
        if (moments.get(j).leaderEnd() <= counted) {
          caughtUpMs = Math.max(caughtUpMs, j == i ? endMs : moments.get(j + 1).ms());
        }
      }
      caughtUpMs = Math.max(caughtUpMs, joinedAt(i, id) ? moments.get(i).ms() : 0);
    }
    return caughtUpMs;
  }

  long trulyCaughtUpMs(int id, long nowMs) {
    return trulyCaughtUpMs(id, moments.size() - 1, nowMs);
  }

  /** How far behind it truly was at most since it joined, in milliseconds. */
  long mostBehindMs(int id, long nowMs) {
    long most = 0;
    int from = begin(id);
    for (int i = from; i < moments.size(); i++) {
      from = joinedAt(i, id) ? i : from;
    }
    for (int i = from; i < moments.size(); i++) {
      long endMs = endMs(i, nowMs);
      most = Math.max(most, endMs - trulyCaughtUpMs(id, i, endMs));
    }
    return most;
  }

  /** Whether what counts was the same since it is a replica. */
  boolean onePolicy(int id) {
    return moments.subList(begin(id), moments.size()).stream()
            .map(moment -> moment.facts().flushPolicy())
            .distinct()
            .count()
        == 1;
  }

  /** Whether it left again after it had left and then stayed for long. */
  boolean stayedInBetween(int id) {
    int leaves = 0;
    for (int i = begin(id); i < moments.size(); i++) {
      leaves += leftAt(i, id) ? 1 : 0;
    }
    return leaves > 1 && pauseMs(id) == settings.rejoinMs();
  }

  /** How long it must stay away after it left for the last time; 0 if it never did. */
  long pauseMs(int id) {
    int begin = begin(id);
    int flaps = -1;
    long joinedMs = moments.get(begin).ms();
    for (int i = begin; i < moments.size(); i++) {
      long ms = moments.get(i).ms();
      if (joinedAt(i, id)) {
        joinedMs = ms;
      } else if (leftAt(i, id)) {
        flaps = ms - joinedMs >= settings.steadyMs() ? 0 : flaps + 1;
      }
    }
    return flaps < 0
        ? 0
        : Math.min(settings.mostRejoinMs(), settings.rejoinMs() << Math.min(flaps, 20));
  }

  /** When it may, unless it is needed sooner. */
  long mayComeBackMs(int id) {
    long leftMs = moments.get(begin(id)).ms();
    for (int i = begin(id); i < moments.size(); i++) {
      leftMs = leftAt(i, id) ? moments.get(i).ms() : leftMs;
    }
    return leftMs + pauseMs(id);
  }
}
