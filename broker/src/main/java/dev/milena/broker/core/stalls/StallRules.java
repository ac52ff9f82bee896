package dev.milena.broker.core.stalls;

import dev.milena.log.disk.OutstandingCalls;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Which disks and loops are stalled, and whether the broker is of use without them (invariant I10).
 *
 * <pre>
 *   a call is out for half of disk.stall.ms               Slow, once a minute at most
 *   a call is out for disk.stall.ms                       Stalled, until the next start
 *     all directories are                                 Useless
 *     a thread that serves others too waits for it, 1 s   Useless
 *     a loop has not made a step for 1 s                  Useless
 *   a loop has not made a step for disk.stall.ms          LoopStuck
 *   for 30 s                                              Useless
 * </pre>
 *
 * <p>Pure: facts and time come in. What counts is time that was watched: a process that stood
 * still, as under SIGSTOP or a long collection of garbage, did not look, and its disks may have
 * answered meanwhile without anybody to hear it. So of each gap between two looks no more counts
 * than {@value #COUNTED_MS} ms.
 */
public final class StallRules {
  /** What is counted of the time between two looks, at most. */
  static final long COUNTED_MS = 500;

  /** What others than a stalled disk's own threads may wait for it, or for who does. */
  static final long OTHERS_MS = 1_000;

  /** A loop that makes no step for so long will make none (invariant I10). */
  static final long LOOP_MS = 30_000;

  /** Between two warnings of one disk. */
  static final long WARN_MS = 60_000;

  private final long stallMs;
  private final Predicate<String> servesOneDisk;
  private final TreeMap<Path, Disk> disks = new TreeMap<>();
  private final TreeSet<String> stuck = new TreeSet<>();

  /** By what is out or turning now, the watched time at which it began. */
  private Map<Object, Long> began = Map.of();

  private OptionalLong lookedMs = OptionalLong.empty();
  private long watchedMs;
  private boolean useless;

  /** What is kept of a directory. */
  private static final class Disk {
    private boolean stalled;
    private boolean answers = true;
    private long warnAtMs = Long.MIN_VALUE;
  }

  /** A call with its directory, by which it is known again. */
  private record Out(Path root, OutstandingCalls.Call call) {}

  /**
   * What a look has come to.
   *
   * @param findings in the order in which they are to be acted on
   * @param ages what is out now
   */
  public record Look(List<StallFinding> findings, StallAges ages) {}

  /**
   * Has seen nothing yet.
   *
   * @param stallMs disk.stall.ms
   * @param servesOneDisk whether a thread of this name has no work but that of one directory
   */
  public StallRules(long stallMs, Predicate<String> servesOneDisk) {
    this.stallMs = stallMs;
    this.servesOneDisk = servesOneDisk;
  }

  /**
   * Looks once.
   *
   * @param nowMs the monotonic clock, by which the calls were marked
   */
  public Look look(StallFacts facts, long nowMs) {
    long countedMs = Math.min(COUNTED_MS, nowMs - lookedMs.orElse(nowMs));
    lookedMs = OptionalLong.of(nowMs);
    watchedMs += countedMs;
    Map<Object, Long> now = new HashMap<>();
    for (StallFacts.Directory directory : facts.directories()) {
      for (OutstandingCalls.Call call : directory.calls()) {
        long agoMs = Math.clamp(nowMs - call.sinceMs(), 0, countedMs);
        Out out = new Out(directory.root(), call);
        now.put(out, began.getOrDefault(out, watchedMs - agoMs));
      }
    }
    for (StallFacts.Loop loop : facts.loops()) {
      if (loop.turning()) {
        now.put(loop, began.getOrDefault(loop, watchedMs));
      }
    }
    began = now;
    List<StallFinding> findings = new ArrayList<>();
    facts.directories().forEach(directory -> judge(directory, findings));
    facts.loops().forEach(loop -> judge(loop, findings));
    if (!useless) {
      uselessness(facts)
          .ifPresent(why -> {
            useless = true;
            findings.add(why);
          });
    }
    return new Look(List.copyOf(findings), ages(facts));
  }

  private Disk disk(Path root) {
    return disks.computeIfAbsent(root, _ -> new Disk());
  }

  private long ageMs(Object known) {
    return watchedMs - began.getOrDefault(known, watchedMs);
  }

  private long ageMs(StallFacts.Directory directory) {
    return oldest(directory).map(call -> ageMs(new Out(directory.root(), call))).orElse(0L);
  }

  private Optional<OutstandingCalls.Call> oldest(StallFacts.Directory directory) {
    return directory.calls().stream()
        .max(Comparator.comparingLong(call -> ageMs(new Out(directory.root(), call))));
  }

  private void judge(StallFacts.Directory directory, List<StallFinding> findings) {
    Path root = directory.root();
    Disk disk = disk(root);
    long ms = ageMs(directory);
    String call = oldest(directory).map(OutstandingCalls.Call::what).orElse("");
    if (disk.stalled) {
      boolean answers = ms < stallMs;
      if (answers && !disk.answers) {
        findings.add(new StallFinding.AnswersAgain(root));
      }
      disk.answers = answers;
    } else if (ms >= stallMs) {
      disk.stalled = true;
      disk.answers = false;
      findings.add(new StallFinding.Stalled(root, call, ms));
    } else if (ms >= stallMs / 2 && watchedMs >= disk.warnAtMs) {
      disk.warnAtMs = watchedMs + WARN_MS;
      findings.add(new StallFinding.Slow(root, call, ms));
    }
  }

  private void judge(StallFacts.Loop loop, List<StallFinding> findings) {
    long ms = ageMs(loop);
    if (ms >= stallMs && stuck.add(loop.name())) {
      findings.add(new StallFinding.LoopStuck(loop.name(), ms));
    } else if (ms < stallMs && stuck.remove(loop.name())) {
      findings.add(new StallFinding.LoopGoesOn(loop.name()));
    }
  }

  private Optional<StallFinding> uselessness(StallFacts facts) {
    List<StallFacts.Directory> silent =
        facts.directories().stream().filter(this::isSilent).toList();
    if (!silent.isEmpty() && allAreStalled()) {
      return Optional.of(useless(true, silent, "none of its log directories answers"));
    }
    for (StallFacts.Directory directory : silent) {
      Optional<String> other = whoElseWaits(directory);
      if (other.isPresent()) {
        return Optional.of(useless(true, silent, other.get() + " waits for it"));
      }
    }
    long boundMs = silent.isEmpty() ? LOOP_MS : OTHERS_MS;
    return facts.loops().stream()
        .filter(loop -> ageMs(loop) >= boundMs)
        .map(loop ->
            useless(
                !silent.isEmpty(),
                silent,
                "%s has not made a step for %s ms".formatted(loop.name(), ageMs(loop))))
        .findFirst();
  }

  private boolean isSilent(StallFacts.Directory directory) {
    return !disk(directory.root()).answers;
  }

  private boolean allAreStalled() {
    return disks.values().stream().allMatch(disk -> disk.stalled);
  }

  private Optional<String> whoElseWaits(StallFacts.Directory directory) {
    return directory.calls().stream()
        .filter(call -> !servesOneDisk.test(call.thread()))
        .filter(call -> ageMs(new Out(directory.root(), call)) >= OTHERS_MS)
        .map(OutstandingCalls.Call::thread)
        .findFirst();
  }

  private static StallFinding useless(
      boolean ofTheDisk, Collection<StallFacts.Directory> silent, String why) {
    String where =
        silent.isEmpty()
            ? ""
            : "the disk of %s does not answer, and "
                .formatted(
                    silent.stream()
                        .map(each -> each.root().toString())
                        .collect(Collectors.joining(", ")));
    return new StallFinding.Useless(ofTheDisk, where + why);
  }

  private StallAges ages(StallFacts facts) {
    TreeMap<Path, Long> calls = new TreeMap<>();
    long inUseMs = 0;
    for (StallFacts.Directory directory : facts.directories()) {
      long ms = ageMs(directory);
      calls.put(directory.root(), ms);
      inUseMs = Math.max(inUseMs, disk(directory.root()).stalled ? 0 : ms);
    }
    long loopMs = facts.loops().stream().mapToLong(this::ageMs).max().orElse(0);
    return new StallAges(calls, inUseMs, loopMs);
  }
}
