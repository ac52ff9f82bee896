/**
 * The rules of one partition replica: who leads, what is committed, what may be written.
 *
 * <p>Pure and deterministic: facts and time come in, effects go out; no I/O, no clock, no thread,
 * no lock, no log. Whoever owns a {@link dev.milena.replication.PartitionReplica} is its only user.
 */
@NullMarked
package dev.milena.replication;

import org.jspecify.annotations.NullMarked;
