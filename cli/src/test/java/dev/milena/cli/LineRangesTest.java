package dev.milena.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class LineRangesTest {
  private static String of(int most, long... lines) {
    LineRanges ranges = new LineRanges(most);
    for (long line : lines) {
      ranges.add(line);
    }
    return ranges.toString();
  }

  @Test
  void linesThatStandTogetherAreARangeInWhateverOrderTheyCome() {
    assertEquals("line 7", of(3, 7));
    assertEquals("3 lines from 1 to 3", of(3, 2, 3, 1));
    assertEquals("3 lines from 1 to 3", of(3, 1, 3, 2));
    assertEquals("6 lines (1-3, 7, 9, 10)", of(4, 9, 1, 10, 7, 3, 2));
  }

  @Test
  void whatCannotBeListedIsCountedAndTheBoundIsSaid() {
    assertEquals(
        "5 lines (1-3, 5, and 1 more line that cannot be listed: 2 ranges are the most)",
        of(2, 1, 5, 9, 2, 3));
    // a line between two ranges makes one of them
    assertEquals("4 lines (1-3, 9)", of(2, 1, 3, 2, 9));
  }
}
