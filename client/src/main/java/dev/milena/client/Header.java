package dev.milena.client;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A named value that travels with a record.
 *
 * @param value null is not the same as empty
 */
public record Header(String key, @Nullable ByteBuffer value) {}
