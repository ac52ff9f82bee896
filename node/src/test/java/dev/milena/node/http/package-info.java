@NullMarked
package dev.milena.node.http;

import org.jspecify.annotations.NullMarked;
