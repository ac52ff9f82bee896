/**
 * What is true about the cluster: ids, commands, decisions, records and the image they fold into.
 *
 * <p>Pure. No clock, thread, I/O, logger or chance: time, ids and seeds come in with a {@link
 * dev.milena.metadata.CommandStamp}. Every member of the quorum runs this code on the same commands
 * and must come to the same bytes, so replicated state lives in sorted persistent maps and
 * immutable lists only; nothing here iterates in hash order.
 */
@NullMarked
package dev.milena.metadata;

import org.jspecify.annotations.NullMarked;
