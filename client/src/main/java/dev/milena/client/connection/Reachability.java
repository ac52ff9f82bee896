package dev.milena.client.connection;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;

/**
 * Finds out why a broker cannot be reached, hop by hop: name, TCP, HTTP/2.
 *
 * <p>gRPC folds all of these into one status, so after a failure we ask the address ourselves.
 */
final class Reachability {
  /**
   * The client's side of an HTTP/2 connection: its preface and an empty SETTINGS frame (RFC 9113,
   * 3.4).
   */
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1);

  private static final int SETTINGS_FRAME = 4;

  private Reachability() {}

  /**
   * Says in a few words what an address answers.
   *
   * @param timeoutMs for each hop and address
   */
  static String explain(HostPort address, int timeoutMs) {
    InetAddress[] found;
    try {
      found = InetAddress.getAllByName(address.host());
    } catch (UnknownHostException e) {
      return "unknown host";
    }
    String answer = "no address";
    for (InetAddress one : found) {
      answer = ask(new InetSocketAddress(one, address.port()), timeoutMs);
    }
    return answer;
  }

  private static String ask(InetSocketAddress address, int timeoutMs) {
    try (Socket socket = new Socket()) {
      socket.connect(address, timeoutMs);
      return greet(socket, timeoutMs);
    } catch (SocketTimeoutException e) {
      return "timed out, no connection within " + timeoutMs + " ms";
    } catch (NoRouteToHostException e) {
      return "no route to host";
    } catch (ConnectException e) {
      return "connection refused";
    } catch (IOException e) {
      return "no connection: " + e.getMessage();
    }
  }

  private static String greet(Socket socket, int timeoutMs) {
    try {
      socket.setSoTimeout(timeoutMs);
      socket.getOutputStream().write(PREFACE);
      byte[] head = new byte[4];
      new DataInputStream(socket.getInputStream()).readFully(head);
      boolean http2 = head[3] == SETTINGS_FRAME;
      return http2
          ? "answers, but the connection broke at once; try again"
          : "not a Milena port (something else answers there)";
    } catch (SocketTimeoutException e) {
      return "timed out, connected but no answer within " + timeoutMs + " ms";
    } catch (EOFException e) {
      return "not a Milena port (it closed the connection)";
    } catch (IOException e) {
      return "not a Milena port (" + e.getMessage() + ")";
    }
  }
}
