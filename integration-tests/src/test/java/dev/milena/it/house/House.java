package dev.milena.it.house;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.milena.it.process.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Where the house stands on disk, and its main classes as bytecode. */
final class House {
  private static final Set<String> NOT_HANDWRITTEN =
      Set.of("target", "node_modules", ".git", "milena-data");

  /** Every module with handwritten main classes, in the order of the root pom. */
  static final List<String> MODULES =
      List.of(
          "records",
          "metadata",
          "metadata-quorum",
          "log-engine",
          "replication",
          "broker",
          "client",
          "cli",
          "node");

  private House() {}

  /** The folder of the root pom. */
  static Path root() {
    return Checkout.root();
  }

  /** The main classes of one module. */
  static JavaClasses module(String module) {
    Path classes = root().resolve(module).resolve("target/classes");
    if (!Files.isDirectory(classes)) {
      throw new AssertionError("module " + module + " is not compiled: no " + classes);
    }
    return new ClassFileImporter().importPath(classes);
  }

  /** The main classes of all modules, generated stubs left out. */
  static JavaClasses all() {
    List<Path> folders =
        MODULES.stream().map(module -> root().resolve(module).resolve("target/classes")).toList();
    return new ClassFileImporter().importPaths(folders);
  }

  /**
   * Fails when fewer classes than expected were looked at, so that no rule passes on an empty set.
   */
  static JavaClasses atLeast(int count, JavaClasses classes) {
    if (classes.size() < count) {
      throw new AssertionError(
          "only " + classes.size() + " classes were looked at, expected at least " + count);
    }
    return classes;
  }

  /** Handwritten files below the modules' source folders and the root, by name. */
  static List<Path> files(Predicate<String> name) {
    List<Path> files = new ArrayList<>();
    try {
      Files.walkFileTree(
          root(),
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes facts) {
              // other tests write and delete there meanwhile
              return NOT_HANDWRITTEN.contains(folder.getFileName().toString())
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes facts) {
              if (facts.isRegularFile() && name.test(file.getFileName().toString())) {
                files.add(file);
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Collections.sort(files);
    return files;
  }

  /** The text of a file. */
  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The simple names of classes, for messages. */
  static List<String> names(Iterable<JavaClass> classes) {
    List<String> names = new ArrayList<>();
    classes.forEach(c -> names.add(c.getName()));
    return names;
  }
}
