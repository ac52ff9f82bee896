/** What Milena costs: JMH for the parts, end-to-end load for the whole. */
@NullMarked
package dev.milena.benchmarks;

import org.jspecify.annotations.NullMarked;
