package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.quorum.ratis.formation.LastEntry;
import dev.milena.quorum.store.StoreFailure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.zip.CRC32C;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a power cut leaves of the log's last file is cut; what decay has changed is refused. */
class LogTailTest {
  private static final long SEED = Long.getLong("seed", System.nanoTime());
  private static final int ENTRIES = 12;
  private static final int LAID_OUT = 1 << 15;

  @TempDir Path folder;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final List<Integer> ends = new ArrayList<>();

  @Test
  void aWholeFileIsLeftAsItIs() throws Exception {
    byte[] whole = log();
    assertArrayEquals(whole, mended(whole));
    byte[] laidOut = Arrays.copyOf(whole, LAID_OUT);
    assertArrayEquals(laidOut, mended(laidOut));
    byte[] header = Arrays.copyOf(whole, 8);
    assertArrayEquals(header, mended(header));
    assertArrayEquals(new byte[0], mended(new byte[0]));
  }

  @Test
  void anEntryThatTheFileEndsInIsCut() throws Exception {
    byte[] whole = log();
    int last = ends.get(ENTRIES - 2);
    for (int length = last + 1; length < whole.length; length++) {
      byte[] mended = mended(Arrays.copyOf(whole, length));
      // an entry whose bytes that are missing are zeros is not missing
      assertArrayEquals(Arrays.copyOf(whole, last), mended, "cut at " + length);
    }
  }

  @Test
  void anEntryOfWhichSectorsAreMissingIsCut() throws Exception {
    byte[] whole = log(2_000);
    int last = ends.get(ENTRIES - 2);
    byte[] torn = Arrays.copyOf(Arrays.copyOf(whole, (last / 512 + 2) * 512), LAID_OUT);
    assertArrayEquals(Arrays.copyOf(whole, last), mended(torn));
  }

  @Test
  void aBitThatFlippedIsNeverCutOff() throws Exception {
    System.out.println("seed=" + SEED);
    byte[] whole = log();
    for (int length : new int[] {whole.length, LAID_OUT}) {
      for (int bit : bits()) {
        byte[] flipped = Arrays.copyOf(whole, length);
        flipped[bit / 8] ^= (byte) (1 << bit % 8);
        String at = "bit " + bit + " of a file of " + length;
        String why = assertThrows(StoreFailure.class, () -> mended(flipped), at).toString();
        assertTrue(why.contains("log_inprogress_0 is damaged at byte "), why);
      }
    }
  }

  /** Those of every length, and some others; a changed length of the last entry may look torn. */
  private Set<Integer> bits() {
    Set<Integer> bits = new TreeSet<>();
    int begin = 8;
    for (int end : ends.subList(0, ENTRIES - 1)) {
      for (int bit = 0; bit < 32; bit++) {
        bits.add(8 * begin + bit);
        bits.add(random.nextInt(8 * begin, 8 * end));
      }
      begin = end;
    }
    return bits;
  }

  @Test
  void filesThatAreWrittenNoMoreAreNotLookedAt() throws Exception {
    Path closed = Files.write(folder.resolve("log_0-11"), new byte[] {1, 2, 3});
    LogTail.mend(folder);
    assertEquals(3, Files.size(closed));
    LogTail.mend(folder.resolve("absent"));
  }

  /** As a killed process leaves it: in the memory of the system, and maybe not on the disk. */
  @Test
  void whatIsOpenIsPutOnTheDiskWithItsNameTornOrNot() throws Exception {
    byte[] whole = log();
    Path file = folder.resolve("log_inprogress_0");
    Files.write(folder.resolve("log_0-11"), new byte[] {1, 2, 3});
    for (int length : new int[] {whole.length, whole.length - 1, 0}) {
      Files.write(file, Arrays.copyOf(whole, length));
      List<Path> forced = new ArrayList<>();
      LogTail.mend(folder, forced::add);
      assertEquals(List.of(file, folder), forced);
    }
    List<Path> forced = new ArrayList<>();
    LogTail.mend(folder.resolve("absent"), forced::add);
    assertEquals(List.of(), forced);
  }

  @Test
  void theLastEntryThatIsWholeIsTold() throws Exception {
    assertEquals(Optional.empty(), LogTail.last(Files.write(folder.resolve("f"), new byte[0])));
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    log.writeBytes("RaftLog1".getBytes(StandardCharsets.US_ASCII));
    for (int index = 0; index < 200; index++) {
      LogEntryProto entry = LogEntryProto.newBuilder().setTerm(3).setIndex(index).build();
      framed(log, entry.toByteArray());
    }
    byte[] whole = log.toByteArray();

    assertEquals(Optional.of(new LastEntry(3, 199)), last(whole));
    assertEquals(Optional.of(new LastEntry(3, 199)), last(Arrays.copyOf(whole, LAID_OUT)));
    assertEquals(Optional.of(new LastEntry(3, 198)), last(Arrays.copyOf(whole, whole.length - 1)));
    assertEquals(Optional.empty(), last(Arrays.copyOf(whole, 8)));
  }

  private Optional<LastEntry> last(byte[] bytes) throws IOException {
    return LogTail.last(Files.write(folder.resolve("log_inprogress_0"), bytes));
  }

  private byte[] mended(byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve("log_inprogress_0"), bytes);
    LogTail.mend(folder);
    return Files.readAllBytes(file);
  }

  private byte[] log() {
    return log(200);
  }

  /** A header and entries of up to so many bytes, none with a zero at its end. */
  private byte[] log(int most) {
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    log.writeBytes("RaftLog1".getBytes(StandardCharsets.US_ASCII));
    ends.clear();
    for (int i = 0; i < ENTRIES; i++) {
      byte[] entry = new byte[random.nextInt(most / 2, most) + (i == ENTRIES - 1 ? most : 0)];
      random.nextBytes(entry);
      entry[0] = 0x08;
      framed(log, entry);
      ends.add(log.size());
    }
    return log.toByteArray();
  }

  static void framed(ByteArrayOutputStream log, byte[] entry) {
    ByteBuffer framed = ByteBuffer.allocate(entry.length + 7);
    int length = entry.length;
    for (; length >= 128; length >>>= 7) {
      framed.put((byte) (length | 128));
    }
    framed.put((byte) length).put(entry);
    CRC32C crc = new CRC32C();
    crc.update(framed.array(), 0, framed.position());
    framed.putInt((int) crc.getValue());
    log.write(framed.array(), 0, framed.position());
  }
}
