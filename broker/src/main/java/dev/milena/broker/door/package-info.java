/** What stands between clients and the core: each door in its own package, and their wiring. */
@NullMarked
package dev.milena.broker.door;

import org.jspecify.annotations.NullMarked;
