@NullMarked
package dev.milena.node.exit;

import org.jspecify.annotations.NullMarked;
