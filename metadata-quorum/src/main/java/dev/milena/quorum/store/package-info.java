/**
 * The quorum's state on disk: rows and journal in RocksDB, snapshots, and the stream of records.
 */
@NullMarked
package dev.milena.quorum.store;

import org.jspecify.annotations.NullMarked;
