/** Tests of the log, most of them on the lying disk. */
@NullMarked
package dev.milena.log;

import org.jspecify.annotations.NullMarked;
