/**
 * Serves the doors: finds the partition a call is about, keeps the bounds, asks the quorum, and
 * follows the cluster's image.
 */
@NullMarked
package dev.milena.broker.core.serving;

import org.jspecify.annotations.NullMarked;
