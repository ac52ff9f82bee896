/** Commands, records and rows as bytes; the one place of this module that sees protobuf. */
@NullMarked
package dev.milena.metadata.codec;

import org.jspecify.annotations.NullMarked;
