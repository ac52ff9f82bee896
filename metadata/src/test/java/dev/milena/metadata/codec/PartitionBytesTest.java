package dev.milena.metadata.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.milena.metadata.Leadership;
import dev.milena.metadata.MetadataRecord.PartitionChanged;
import dev.milena.metadata.PartitionImage;
import dev.milena.metadata.Reassignment;
import dev.milena.metadata.TopicId;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PartitionBytesTest {
  private static final int[] EDGES = {
    0, 1, 127, 128, 16_383, 16_384, Integer.MAX_VALUE, -1, Integer.MIN_VALUE
  };

  @Test
  void areThoseOfTheMessages() {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 20_000; i++) {
      PartitionImage partition = any(random);
      TopicId topic = i % 10 == 0 ? TopicId.NONE : new TopicId(random.nextLong(), i);
      PartitionChanged changed = new PartitionChanged(topic, partition);
      String which = "seed " + seed + ", number " + i + ": " + changed;

      assertArrayEquals(
          ImageMessages.of(partition).toByteArray(), PartitionBytes.row(partition), which);
      assertArrayEquals(
          RecordMessages.of(changed).toByteArray(), PartitionBytes.record(changed), which);
    }
  }

  private static PartitionImage any(SplittableRandom random) {
    List<Integer> target = numbers(random);
    return new PartitionImage(
        number(random),
        new Leadership(number(random), number(random), lastKnown(random)),
        number(random),
        numbers(random),
        numbers(random),
        numbers(random),
        target.isEmpty() ? Reassignment.NONE : new Reassignment(numbers(random), target));
  }

  private static int lastKnown(SplittableRandom random) {
    return random.nextInt(3) == 0 ? PartitionImage.NO_LEADER : number(random);
  }

  private static List<Integer> numbers(SplittableRandom random) {
    return IntStream.range(0, random.nextInt(5)).mapToObj(i -> number(random)).toList();
  }

  private static int number(SplittableRandom random) {
    return random.nextBoolean() ? EDGES[random.nextInt(EDGES.length)] : random.nextInt(2_000);
  }
}
