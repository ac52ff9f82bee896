/** How the process ends: the codes that scripts read and the sentences that people read. */
@NullMarked
package dev.milena.node.exit;

import org.jspecify.annotations.NullMarked;
