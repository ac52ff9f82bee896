@NullMarked
package dev.milena.node;

import org.jspecify.annotations.NullMarked;
