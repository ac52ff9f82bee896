@NullMarked
package dev.milena.simulation;

import org.jspecify.annotations.NullMarked;
