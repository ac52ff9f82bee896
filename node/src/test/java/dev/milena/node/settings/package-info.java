@NullMarked
package dev.milena.node.settings;

import org.jspecify.annotations.NullMarked;
