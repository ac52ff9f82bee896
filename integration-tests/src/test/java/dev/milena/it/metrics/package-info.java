/** What nodes say at {@code /metrics}, and what docs/METRICS.md says that they do. */
@NullMarked
package dev.milena.it.metrics;

import org.jspecify.annotations.NullMarked;
