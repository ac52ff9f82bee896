/**
 * Whole clusters on one thread, from one seed: brokers over simulated disks, streams between them,
 * lines to a stand-in for the quorum, clients, and everything that can go wrong with any of them.
 */
@NullMarked
package dev.milena.simulation.cluster;

import org.jspecify.annotations.NullMarked;
