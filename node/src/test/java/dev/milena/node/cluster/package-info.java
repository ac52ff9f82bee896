/** Tests of the desk that looks after the cluster. */
@NullMarked
package dev.milena.node.cluster;

import org.jspecify.annotations.NullMarked;
