package dev.milena.broker.door.grpc;

import dev.milena.proto.v1.DescribeClusterRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A client that means well and makes call after call while others misbehave, and times them. */
final class Bystander implements AutoCloseable {
  private final OpenDoor door;
  private final List<Long> callNanos = Collections.synchronizedList(new ArrayList<>());
  private final FutureTask<Boolean> calling = new FutureTask<>(this::call);
  private volatile boolean done;

  private Bystander(OpenDoor door) {
    this.door = door;
  }

  /** Begins to call. */
  static Bystander of(OpenDoor door) {
    Bystander bystander = new Bystander(door);
    Thread.ofPlatform().name("bystander").start(bystander.calling);
    return bystander;
  }

  private boolean call() {
    while (!done) {
      long began = System.nanoTime();
      var _ = door.admin().describeCluster(DescribeClusterRequest.getDefaultInstance());
      callNanos.add(System.nanoTime() - began);
    }
    return true;
  }

  /** Waits for so many more calls and tells what all took since the last look. */
  Times after(int calls) throws ExecutionException, InterruptedException {
    int enough = callNanos.size() + calls;
    Eventually.holds(
        calls + " calls of the bystander", () -> callNanos.size() >= enough || calling.isDone());
    if (calling.isDone()) {
      throw new AssertionError("the bystander ended: " + calling.get());
    }
    synchronized (callNanos) {
      List<Long> sorted = callNanos.stream().sorted().toList();
      callNanos.clear();
      return new Times(sorted);
    }
  }

  /** Times of calls, sorted. */
  record Times(List<Long> sortedNanos) {
    double ms(double share) {
      int place = (int) Math.min(sortedNanos.size() - 1L, (long) (share * sortedNanos.size()));
      return sortedNanos.get(place) / (double) TimeUnit.MILLISECONDS.toNanos(1);
    }

    double p99Ms() {
      return ms(0.99);
    }

    @Override
    public String toString() {
      return "%s calls, median %.2f ms, p99 %.2f ms, worst %.2f ms"
          .formatted(sortedNanos.size(), ms(0.5), p99Ms(), ms(1));
    }
  }

  @Override
  public void close() throws ExecutionException, InterruptedException, TimeoutException {
    done = true;
    calling.get(20, TimeUnit.SECONDS);
  }
}
