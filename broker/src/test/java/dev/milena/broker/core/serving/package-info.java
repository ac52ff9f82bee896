@NullMarked
package dev.milena.broker.core.serving;

import org.jspecify.annotations.NullMarked;
