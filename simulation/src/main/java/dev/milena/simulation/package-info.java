/**
 * A node on one thread from one seed: the real core, log and replication code over a lying disk,
 * with the real decider behind a stand-in for the quorum, and clients that remember what they were
 * promised. Test-only; nothing depends on it.
 */
@NullMarked
package dev.milena.simulation;

import org.jspecify.annotations.NullMarked;
