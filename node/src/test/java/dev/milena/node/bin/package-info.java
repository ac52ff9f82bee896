@NullMarked
package dev.milena.node.bin;

import org.jspecify.annotations.NullMarked;
