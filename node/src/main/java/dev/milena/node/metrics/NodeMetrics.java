package dev.milena.node.metrics;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * The metrics of one node: each is a question that is asked when somebody reads them, so that what
 * is measured pays nothing. Names end in their unit. Any thread.
 */
public final class NodeMetrics {
  /** The media type of {@link #scrape}. */
  public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();

  /** A value that goes up and down. */
  public void gauge(String name, String meaning, DoubleSupplier value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(meaning)
        .callback(now -> now.call(value.getAsDouble()))
        .register(registry);
  }

  /** A value that goes up and down, and is not shown while nobody knows it. */
  public void gaugeOnceKnown(String name, String meaning, Supplier<OptionalDouble> value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(meaning)
        .callback(now -> value.get().ifPresent(now::call))
        .register(registry);
  }

  /**
   * Values that go up and down, one for each of what a label names.
   *
   * @param values by the label's value; few, and not chosen by clients
   */
  public void gauges(
      String name, String meaning, String label, Supplier<SortedMap<String, Double>> values) {
    GaugeWithCallback.builder()
        .name(name)
        .help(meaning)
        .labelNames(label)
        .callback(now -> values.get().forEach((named, value) -> now.call(value, named)))
        .register(registry);
  }

  /** A value that only grows while the process runs; its name ends in {@code _total}. */
  public void counter(String name, String meaning, DoubleSupplier value) {
    CounterWithCallback.builder()
        .name(name)
        .help(meaning)
        .callback(now -> now.call(value.getAsDouble()))
        .register(registry);
  }

  /** All of them now, as text. */
  public byte[] scrape() {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try {
      write(text);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return text.toByteArray();
  }

  private void write(OutputStream out) throws IOException {
    writer.write(out, snapshots());
  }

  MetricSnapshots snapshots() {
    return registry.scrape();
  }
}
