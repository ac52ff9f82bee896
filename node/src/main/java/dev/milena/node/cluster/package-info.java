/**
 * Looks after the cluster for the doors: what this node knows it tells, what only the quorum's
 * leader knows it says where to ask.
 */
@NullMarked
package dev.milena.node.cluster;

import org.jspecify.annotations.NullMarked;
