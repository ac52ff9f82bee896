/**
 * Segmented logs on a disk: append, locate, flush, truncate, retain, recover.
 *
 * <p>Three kinds of threads meet here. The loop that owns a {@link dev.milena.log.PartitionLog}
 * appends and locates; flush threads only sync files ({@link dev.milena.log.GroupFlush}); reader
 * threads only read what a leased {@link dev.milena.log.LogSlice} points at. docs/FORMAT.md has the
 * files.
 */
@NullMarked
package dev.milena.log;

import org.jspecify.annotations.NullMarked;
