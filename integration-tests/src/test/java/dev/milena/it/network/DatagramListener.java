package dev.milena.it.network;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.nio.charset.StandardCharsets;

/** Prints a line for each datagram that comes, after one that says that it listens. */
final class DatagramListener {
  static final int PORT = 9_999;
  static final String LISTENING = "listening";

  private DatagramListener() {}

  public static void main(String[] arguments) throws IOException {
    try (DatagramSocket socket = new DatagramSocket(PORT)) {
      System.out.println(LISTENING);
      DatagramPacket packet = new DatagramPacket(new byte[100], 100);
      while (true) {
        socket.receive(packet);
        System.out.println(
            new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII).strip());
      }
    }
  }
}
