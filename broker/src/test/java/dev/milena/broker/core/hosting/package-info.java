@NullMarked
package dev.milena.broker.core.hosting;

import org.jspecify.annotations.NullMarked;
