@NullMarked
package dev.milena.broker.core.stalls;

import org.jspecify.annotations.NullMarked;
