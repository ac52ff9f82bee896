/** The lying twin of the disk, and the tests of the real one. */
@NullMarked
package dev.milena.log.disk;

import org.jspecify.annotations.NullMarked;
