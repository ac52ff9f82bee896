package dev.milena.node;

import dev.milena.node.exit.CannotStart;
import dev.milena.node.exit.ExitCode;
import dev.milena.node.naming.SettingNames;
import dev.milena.node.settings.SettingsCatalog;
import dev.milena.node.settings.SettingsReader;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code milena start FILE.properties}: a node as a file describes it. */
@Command(
    name = "start",
    description = "Runs a node as a properties file with Kafka's names describes it.",
    mixinStandardHelpOptions = true,
    versionProvider = Milena.Version.class,
    exitCodeOnInvalidInput = 2)
final class StartCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "FILE.properties", description = "The settings.")
  private Path file = Path.of("");

  @Option(
      names = "--set",
      paramLabel = "key=value",
      description = "One setting; wins over file and environment. May be repeated.")
  private List<String> assignments = List.of();

  @Override
  public Integer call() throws CannotStart, InterruptedException {
    SettingsReader reader = new SettingsReader(SettingsCatalog.load(), SettingNames.KEYS);
    reader.take(file.toString(), read(file)).takeEnvironment(System.getenv());
    for (String assignment : assignments) {
      reader.takeAssignment(assignment);
    }
    return NodeProcess.run(reader.read());
  }

  static SortedMap<String, String> read(Path file) throws CannotStart {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (NoSuchFileException e) {
      throw unreadable(file, "there is no such file", e);
    } catch (AccessDeniedException e) {
      throw unreadable(
          file, "permission denied; let " + System.getProperty("user.name") + " read it", e);
    } catch (CharacterCodingException e) {
      throw unreadable(file, "it is not text in UTF-8", e);
    } catch (IllegalArgumentException e) {
      throw unreadable(file, "a \\u is not followed by four hexadecimal digits", e);
    } catch (IOException e) {
      throw unreadable(file, String.valueOf(e.getMessage()), e);
    }
    SortedMap<String, String> settings = new TreeMap<>();
    properties.forEach((key, value) -> settings.put(key.toString(), value.toString()));
    return settings;
  }

  private static CannotStart unreadable(Path file, String why, Exception e) {
    return new CannotStart(
        ExitCode.SETTING, "the settings in %s cannot be read: %s".formatted(file, why), e);
  }
}
