package dev.milena.it.examples;

import dev.milena.it.process.Checkout;
import dev.milena.it.process.Missing;
import dev.milena.it.process.Tool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a test needs and a machine may lack. Without it the test is skipped with a line that says
 * what to install; where CI is true it fails, so that nothing is skipped there unseen.
 */
final class Installed {
  static final Path NODE_EXAMPLE = Checkout.root().resolve("examples/node");

  private static final List<String> PYTHONS = List.of("/usr/bin/python3", "python3");

  private Installed() {}

  /** A Python that has grpcio, with what {@code examples/python/generate.sh} needs. */
  static String python() throws IOException, InterruptedException {
    for (String python : PYTHONS) {
      boolean generates =
          works("command -v protoc && command -v grpc_python_plugin")
              || works(python + " -c 'import grpc_tools.protoc'");
      if (generates && works(python + " -c 'import grpc, google.protobuf'")) {
        return python;
      }
    }
    throw Missing.needs("apt-get install python3-grpcio protobuf-compiler protobuf-compiler-grpc");
  }

  /** A Node.js, with the packages of examples/node. */
  static String node() throws IOException, InterruptedException {
    if (!works("node --version")) {
      throw Missing.needs("apt-get install nodejs npm");
    }
    if (!works("test -d '" + NODE_EXAMPLE.resolve("node_modules/@grpc/grpc-js") + "'")) {
      throw Missing.needs("npm ci --prefix examples/node");
    }
    return "node";
  }

  private static boolean works(String command) throws IOException, InterruptedException {
    List<String> shell = List.of("sh", "-c", command);
    return Tool.run(shell, Map.of(), Path.of("/dev/null")).exitCode() == 0;
  }
}
