package dev.milena.broker.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SpokenTest {
  private static final int LARGEST = 100 << 20;
  private static final byte[] PREFACE = ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

  @Test
  void theWholePrefaceIsGrpcAndEveryPrefixOfItIsUndecided() {
    for (int length = 0; length < PREFACE.length; length++) {
      assertEquals(Spoken.UNDECIDED, of(Arrays.copyOf(PREFACE, length)), "prefix of " + length);
    }
    assertEquals(Spoken.GRPC, of(PREFACE));
    assertEquals(Spoken.GRPC, of(Arrays.copyOf(PREFACE, 40)));
  }

  @Test
  void aPrefaceWithAnyByteChangedIsNotGrpc() {
    for (int at = 0; at < PREFACE.length; at++) {
      byte[] changed = PREFACE.clone();
      changed[at] ^= 0x40;
      assertEquals(Spoken.NEITHER, of(changed), "byte " + at);
    }
  }

  @Test
  void requestsOfKafkaClientsAreKafka() {
    assertEquals(Spoken.KAFKA, of(kafka(30, 18, 4)));
    assertEquals(Spoken.KAFKA, of(kafka(LARGEST, 0, 13)));
    assertEquals(Spoken.KAFKA, of(kafka(8, 92, 0)));
    assertEquals(Spoken.UNDECIDED, of(Arrays.copyOf(kafka(30, 18, 4), 7)));
  }

  @Test
  void framesThatNoKafkaClientSendsAreNeither() {
    assertEquals(Spoken.NEITHER, of(kafka(7, 18, 4)));
    assertEquals(Spoken.NEITHER, of(kafka(-1, 18, 4)));
    assertEquals(Spoken.NEITHER, of(kafka(Integer.MIN_VALUE, 18, 4)));
    assertEquals(Spoken.NEITHER, of(kafka(LARGEST + 1, 18, 4)));
    assertEquals(Spoken.NEITHER, of(kafka(30, 128, 4)));
    assertEquals(Spoken.NEITHER, of(kafka(30, -1, 4)));
    assertEquals(Spoken.NEITHER, of(kafka(30, 18, 32)));
  }

  @Test
  void everyMethodOfHttp1IsKnownByItsNameAndEveryFrontOfItIsUndecided() {
    for (String method :
        List.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH")) {
      byte[] word = ascii(method + " ");
      for (int length = 0; length < word.length; length++) {
        assertEquals(Spoken.UNDECIDED, of(Arrays.copyOf(word, length)), method + " " + length);
      }
      assertEquals(Spoken.HTTP1, of(ascii(method + " / HTTP/1.1\r\n")));
    }
    assertEquals(Spoken.NEITHER, of(ascii("GETTING ")));
    assertEquals(Spoken.NEITHER, of(ascii("get / HTTP/1.1")));
    assertEquals(Spoken.NEITHER, of(ascii("PUSH ")));
  }

  @Test
  void aTlsHandshakeIsKnownByItsFirstTwoBytesAndNoiseByItsFirst() {
    assertEquals(Spoken.UNDECIDED, of(new byte[] {0x16}));
    assertEquals(Spoken.TLS, of(new byte[] {0x16, 3}));
    assertEquals(Spoken.TLS, of(new byte[] {0x16, 3, 1, 0, 5}));
    assertEquals(Spoken.NEITHER, of(new byte[] {0x16, 4}));
    assertEquals(Spoken.NEITHER, of(new byte[] {(byte) 0xff}));
    assertEquals(Spoken.NEITHER, of(ascii("X")));
  }

  @Test
  void whereFramesMayBeHugeTheyAreStillToldFromWords() {
    int huge = Integer.MAX_VALUE;
    assertEquals(Spoken.KAFKA, of(kafka(0x47000000, 18, 4), huge));
    assertEquals(Spoken.KAFKA, of(kafka(0x16040000, 18, 4), huge));
    assertEquals(Spoken.HTTP1, of(ascii("GET / HTTP/1.1\r\n"), huge));
    assertEquals(Spoken.TLS, of(new byte[] {0x16, 3, 1, 0, 5, 1, 0, 0}, huge));
  }

  @Test
  void noBytesMakeItThrowOrMoveTheReader() {
    long seed = Long.getLong("milena.seed", System.nanoTime());
    System.out.println("SpokenTest seed " + seed + " (-Dmilena.seed=" + seed + ")");
    var random = new SplittableRandom(seed);
    for (int round = 0; round < 20_000; round++) {
      byte[] noise = new byte[random.nextInt(40)];
      random.nextBytes(noise);
      ByteBuf bytes = Unpooled.wrappedBuffer(noise);
      Spoken.of(bytes, LARGEST);
      assertEquals(noise.length, bytes.readableBytes(), "seed " + seed);
    }
  }

  private static Spoken of(byte[] bytes) {
    return of(bytes, LARGEST);
  }

  private static Spoken of(byte[] bytes, int largestFrameBytes) {
    return Spoken.of(Unpooled.wrappedBuffer(bytes), largestFrameBytes);
  }

  private static byte[] kafka(int length, int apiKey, int version) {
    ByteBuf bytes = Unpooled.buffer(12);
    bytes.writeInt(length).writeShort(apiKey).writeShort(version).writeInt(1);
    return bytes.array();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
