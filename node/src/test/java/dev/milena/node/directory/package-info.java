@NullMarked
package dev.milena.node.directory;

import org.jspecify.annotations.NullMarked;
