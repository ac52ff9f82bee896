/** What a node measures of itself, in the form that Prometheus reads; docs/METRICS.md lists it. */
@NullMarked
package dev.milena.node.metrics;

import org.jspecify.annotations.NullMarked;
