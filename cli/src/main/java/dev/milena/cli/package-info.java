/** kafkactl: what a user types, and what they see. */
@NullMarked
package dev.milena.cli;

import org.jspecify.annotations.NullMarked;
