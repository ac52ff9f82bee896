/** Milena as its users meet it: real processes started by the scripts in bin/. */
@NullMarked
package dev.milena.it.process;

import org.jspecify.annotations.NullMarked;
