/** What doors ask about the cluster's nodes, its quorum and its history, and what they are told. */
@NullMarked
package dev.milena.broker.core.cluster;

import org.jspecify.annotations.NullMarked;
