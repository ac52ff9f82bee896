package dev.milena.it.deploy;

import dev.milena.it.deploy.Dockerfile.Instruction;
import dev.milena.it.deploy.Dockerfile.Stage;
import dev.milena.it.process.Checkout;
import dev.milena.it.process.Missing;
import dev.milena.it.process.TestRun;
import dev.milena.it.process.Tool;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The container image, made by following the Dockerfile by hand: each stage is a folder, a RUN is
 * run with that folder as its root, a COPY copies.
 *
 * <p>What a registry would give is stood in for: the base system is this machine's /usr, and the
 * JRE is linked from this JDK, with fewer modules than the real one has. Maven's run is left out,
 * since Maven runs these tests. Made once for all processes of a test run, below target/; wants
 * root.
 */
final class Image {
  /** All of these are in every JRE 25 of the base image's makers. */
  private static final String JRE_MODULES =
      "java.se,jdk.charsets,jdk.crypto.ec,jdk.httpserver,jdk.jfr,jdk.management,jdk.naming.dns,"
          + "jdk.net,jdk.unsupported,jdk.zipfs";

  private static final String JAVA_HOME = "/opt/java/openjdk";

  /** One of its commands records the start-up archive, from three nodes and a rehearsal. */
  private static final Duration RUN_DEADLINE = Duration.ofMinutes(5);

  /** The same, and whatever else there is to do, or to wait for while another process does it. */
  static final long MADE_WITHIN_SECONDS = 420;

  private static final Path NO_INPUT = Path.of("/dev/null");
  private static final Path SCRIPT =
      Checkout.root().resolve("integration-tests/src/test/resources/deploy/enter.sh");

  private final Path folder;
  private final Dockerfile dockerfile;

  private Image(Path folder, Dockerfile dockerfile) {
    this.folder = folder;
    this.dockerfile = dockerfile;
  }

  /** Skips the test where no image can be made; fails it where CI is true. */
  static void assumePossible() throws IOException, InterruptedException {
    List<String> shell = List.of("sh", "-c", "command -v setpriv && unshare --mount true");
    if (Tool.run(shell, Map.of(), NO_INPUT).exitCode() != 0) {
      throw Missing.needs("apt-get install util-linux, and run the tests as root");
    }
  }

  /** The image; made at first use. */
  static Image ours() {
    return Made.IMAGE;
  }

  private static final class Made {
    private static final Image IMAGE = make();

    private static Image make() {
      try {
        Checkout.script("milena");
        Path target = Checkout.root().resolve("integration-tests/target");
        try (FileChannel lock =
                FileChannel.open(
                    target.resolve("image.lock"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
            FileLock ours = lock.lock()) {
          return made(target.resolve("image"));
        }
      } catch (IOException | InterruptedException e) {
        throw new AssertionError("the image could not be made", e);
      }
    }
  }

  /** What another process of this test run has made, or else made now. */
  private static Image made(Path folder) throws IOException, InterruptedException {
    Image image = new Image(folder, Dockerfile.ours());
    Path label = folder.resolve("made-for");
    if (!Files.exists(label) || !Files.readString(label).equals(TestRun.id())) {
      run("rm", "-rf", "--one-file-system", folder.toString());
      Files.createDirectories(folder);
      image.build();
      Files.writeString(label, TestRun.id());
    }
    return image;
  }

  private void build() throws IOException, InterruptedException {
    run(
        Path.of(System.getProperty("java.home"), "bin", "jlink").toString(),
        "--add-modules",
        JRE_MODULES,
        "--output",
        jre().toString());
    for (Stage stage : dockerfile.stages()) {
      prepareBase(root(stage));
      String workdir = "/";
      for (Instruction instruction : stage.instructions()) {
        if (instruction.keyword().equals("WORKDIR")) {
          workdir = instruction.text();
        }
        perform(stage, instruction, workdir);
      }
    }
  }

  /** What the base image has: a system, and a JRE for the root user. */
  private static void prepareBase(Path root) throws IOException, InterruptedException {
    for (String name :
        List.of("usr", "etc", "proc", "dev", "tmp", "root", "var/lib", "opt/java/openjdk")) {
      Files.createDirectories(root.resolve(name));
    }
    for (String name : List.of("bin", "sbin", "lib", "lib64")) {
      Files.createSymbolicLink(root.resolve(name), Path.of("usr", name));
    }
    List<String> copy = new ArrayList<>(List.of("cp", "-a"));
    for (String name :
        List.of(
            "passwd", "group", "shadow", "gshadow", "login.defs", "alternatives", "ld.so.cache")) {
      copy.add("/etc/" + name);
    }
    copy.add(root.resolve("etc").toString());
    run(copy.toArray(String[]::new));
    for (String name : Container.NAME_FILES) {
      Files.createFile(root.resolve("etc").resolve(name));
    }
  }

  private void perform(Stage stage, Instruction instruction, String workdir)
      throws IOException, InterruptedException {
    switch (instruction.keyword()) {
      case "RUN" -> {
        if (!instruction.text().startsWith("./mvnw ")) {
          runInside(stage, instruction.text(), workdir);
        }
      }
      case "COPY" -> copy(stage, instruction.text().split("\\s+"));
      case "WORKDIR" -> Files.createDirectories(inside(stage, workdir));
      case "ENV", "USER", "VOLUME", "EXPOSE", "ENTRYPOINT" -> {
        // What they say is for whoever starts a container.
      }
      default -> throw new AssertionError("not known here: " + instruction.keyword());
    }
  }

  private void runInside(Stage stage, String command, String workdir)
      throws IOException, InterruptedException {
    List<String> binds = new ArrayList<>(machine());
    if (copiesAll(stage)) {
      binds.add(Checkout.root() + ":" + workdir + ":ro");
    }
    List<String> words =
        enter(root(stage), "0:0", "rw", workdir, binds, List.of("sh", "-c", command));
    Tool.run(words, Map.of("JAVA_HOME", JAVA_HOME, "HOME", "/root"), NO_INPUT, RUN_DEADLINE)
        .expecting(0);
  }

  /** A stage that begins with the whole checkout gets it as it is here, built already. */
  private static boolean copiesAll(Stage stage) {
    return stage.all("COPY").contains(". .");
  }

  private void copy(Stage stage, String[] words) throws IOException, InterruptedException {
    if (copiesAll(stage)) {
      return;
    }
    Path to = inside(stage, words[words.length - 1]);
    Path from;
    if (words[0].startsWith("--from=")) {
      Stage other = dockerfile.stage(words[0].substring(7)).orElseThrow();
      from = inside(other, words[1]);
    } else {
      from = Checkout.root().resolve(words[0]);
    }
    Files.createDirectories(to.resolveSibling("."));
    run("cp", "-a", "--no-target-directory", from.toString(), to.toString());
  }

  /** The command that starts something in a folder as in a container; see enter.sh. */
  static List<String> enter(
      Path root,
      String user,
      String mode,
      String workdir,
      List<String> binds,
      List<String> command) {
    List<String> words = new ArrayList<>(List.of("unshare", "--mount", "--", "sh"));
    words.addAll(List.of(SCRIPT.toString(), root.toString(), user, mode, workdir));
    words.addAll(binds);
    words.add("--");
    words.addAll(command);
    return words;
  }

  /** What every container has from this machine. */
  List<String> machine() {
    return List.of("/usr:/usr:ro", jre() + ":" + JAVA_HOME + ":ro");
  }

  /** The environment that the base image and ours declare. */
  List<String> environment() {
    List<String> all = new ArrayList<>(List.of("JAVA_HOME=" + JAVA_HOME));
    all.addAll(dockerfile.image().all("ENV"));
    return all;
  }

  /** The folder that is / in a container. */
  Path root() {
    return root(dockerfile.image());
  }

  Dockerfile dockerfile() {
    return dockerfile;
  }

  private Path root(Stage stage) {
    return folder.resolve("stage-" + dockerfile.stages().indexOf(stage));
  }

  private Path inside(Stage stage, String path) {
    return root(stage).resolve(path.replaceFirst("^/", ""));
  }

  private Path jre() {
    return folder.resolve("jre");
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Tool.run(List.of(command), Map.of(), NO_INPUT).expecting(0);
  }
}
