/**
 * What the leader of the quorum does beside deciding: it watches brokers, fences and unfences them,
 * gives leaderships back, and compares state hashes. Rules are pure; {@code ControllerLoop} owns
 * them and carries out what they ask for.
 */
@NullMarked
package dev.milena.quorum.control;

import org.jspecify.annotations.NullMarked;
