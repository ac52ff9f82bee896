@NullMarked
package dev.milena.node.ports;

import org.jspecify.annotations.NullMarked;
