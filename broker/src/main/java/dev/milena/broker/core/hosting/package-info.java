/**
 * Partitions at home: the loops that own them, their logs and replicas, and the requests that wait
 * for them. The cluster's image reaches this package as assignments only.
 */
@NullMarked
package dev.milena.broker.core.hosting;

import org.jspecify.annotations.NullMarked;
