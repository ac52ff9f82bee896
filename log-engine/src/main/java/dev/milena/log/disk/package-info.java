/** The one seam to storage: files and folders, with every way they can fail. */
@NullMarked
package dev.milena.log.disk;

import org.jspecify.annotations.NullMarked;
