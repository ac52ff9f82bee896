/** What producers sent and consumers read under faults, and whether it can have been so. */
@NullMarked
package dev.milena.it.history;

import org.jspecify.annotations.NullMarked;
