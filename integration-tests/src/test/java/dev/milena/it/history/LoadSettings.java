package dev.milena.it.history;

import java.nio.file.Path;
import java.util.List;

/**
 * What a load is like.
 *
 * @param bootstrap HOST:PORT of each node
 * @param leastPatienceMs how long the least patient of the producers tries to write a record
 * @param folder where the histories are written
 */
record LoadSettings(
    List<String> bootstrap,
    String topic,
    int partitions,
    int producers,
    int consumers,
    int recordsPerTurn,
    int leastPatienceMs,
    Path folder) {
  /** How often each producer sends some to each partition. */
  static final int TURN_MS = 50;

  /** How many of a producer may be under way in a partition: the rest is not sent. */
  static final int MOST_UNDER_WAY = 40;

  /** As words of a command. */
  List<String> words() {
    return List.of(
        String.join(",", bootstrap),
        topic,
        Integer.toString(partitions),
        Integer.toString(producers),
        Integer.toString(consumers),
        Integer.toString(recordsPerTurn),
        Integer.toString(leastPatienceMs),
        folder.toString());
  }

  static LoadSettings of(String[] words) {
    return new LoadSettings(
        List.of(words[0].split(",")),
        words[1],
        Integer.parseInt(words[2]),
        Integer.parseInt(words[3]),
        Integer.parseInt(words[4]),
        Integer.parseInt(words[5]),
        Integer.parseInt(words[6]),
        Path.of(words[7]));
  }
}
