@NullMarked
package dev.milena.simulation.cluster;

import org.jspecify.annotations.NullMarked;
