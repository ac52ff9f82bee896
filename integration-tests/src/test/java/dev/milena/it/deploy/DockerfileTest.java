package dev.milena.it.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.it.process.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** The Dockerfile keeps its rules, and each rule finds what breaks it. */
class DockerfileTest {
  private static final Path ROOT = Checkout.root();
  private static final Path FOLDER = ROOT.resolve("deploy/container");

  @Test
  void oursKeepsTheRules() throws IOException {
    assertEquals(List.of(), broken(text()));
    assertEquals(3, Dockerfile.ours().stages().size());
  }

  @Test
  void aBaseWithoutATagIsFound() throws IOException {
    finds("FROM eclipse-temurin ", "eclipse-temurin:25-jdk-noble ", "eclipse-temurin ");
    finds("latest has no tag", "eclipse-temurin:25-jdk-noble", "eclipse-temurin:latest");
  }

  @Test
  void aSourceThatIsNotThereIsFound() throws IOException {
    finds("there is no deploy/container/nodes", "container/node.prop", "container/nodes.prop");
  }

  @Test
  void aSourceThatIsNotSentIsFound() throws IOException {
    finds(
        "node/target/built is never sent", "deploy/container/node.properties", "node/target/built");
  }

  @Test
  void aStageThatIsNotThereIsFound() throws IOException {
    finds("no stage recorder before", "--from=recorded", "--from=recorder");
  }

  @Test
  void aScriptThatIsNotThereIsFound() throws IOException {
    finds("deploy/container/gather.sh is not there", "assemble.sh", "gather.sh");
  }

  @Test
  void rootIsFound() throws IOException {
    finds("USER root", "USER 10001:10001", "USER root");
    finds("USER 0:0", "USER 10001:10001", "USER 0:0");
    finds("USER milena", "USER 10001:10001", "USER milena");
    finds("USER root", "USER 10001:10001\n", "");
  }

  @Test
  void aShellAroundTheNodeIsFound() throws IOException {
    finds("ENTRYPOINT", "[\"/opt/milena/entrypoint.sh\"]", "/opt/milena/entrypoint.sh");
  }

  /** What a user of docker sees in `docker run --publish` and mounts is what the node is told. */
  @Test
  void thePortsAndTheVolumeAreThoseOfTheSettings() throws IOException {
    Properties settings = new Properties();
    try (var reader = Files.newBufferedReader(FOLDER.resolve("node.properties"))) {
      settings.load(reader);
    }
    List<String> ports =
        List.of(Dockerfile.ours().image().last("EXPOSE").orElseThrow().split("\\s+"));
    List<String> told =
        List.of("listeners", "quorum.listener", "http.listener").stream()
            .map(key -> settings.getProperty(key, "").substring(1))
            .toList();
    assertEquals(ports, told);
    String volume = Dockerfile.ours().image().last("VOLUME").orElseThrow();
    assertEquals(volume + "/data", settings.getProperty("log.dirs"));
  }

  private static void finds(String sentence, String right, String wrong) throws IOException {
    String text = text();
    assertTrue(text.contains(right), right);
    List<String> broken = broken(text.replace(right, wrong));
    assertTrue(broken.stream().anyMatch(line -> line.contains(sentence)), broken.toString());
  }

  private static List<String> broken(String text) throws IOException {
    List<String> ignore = DockerfileRules.ignoreLines(FOLDER.resolve("Dockerfile.dockerignore"));
    return DockerfileRules.broken(Dockerfile.parse(text), ROOT, ignore);
  }

  private static String text() throws IOException {
    return Files.readString(FOLDER.resolve("Dockerfile"));
  }
}
