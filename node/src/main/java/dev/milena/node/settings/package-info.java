/**
 * What a node can be told, under Kafka's names: the table of every key, how values are read and
 * checked, and the settled result. Nothing here opens a file or a socket.
 */
@NullMarked
package dev.milena.node.settings;

import org.jspecify.annotations.NullMarked;
