package dev.milena.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** Says which release this is, as the build wrote it down. */
final class ToolVersion implements IVersionProvider {
  private static final String RESOURCE = "version.properties";

  /** For picocli. */
  ToolVersion() {}

  @Override
  public String[] getVersion() {
    Properties written = new Properties();
    try (InputStream in = ToolVersion.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is missing from the jar");
      }
      written.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String version = written.getProperty("version", "of no version").replace("-SNAPSHOT", "");
    return new String[] {"Milena kafkactl " + version};
  }
}
