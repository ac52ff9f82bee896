@NullMarked
package dev.milena.broker.core;

import org.jspecify.annotations.NullMarked;
