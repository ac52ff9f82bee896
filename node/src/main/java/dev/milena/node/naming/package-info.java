/** What the words for a person call things by: settings by key or by option. */
@NullMarked
package dev.milena.node.naming;

import org.jspecify.annotations.NullMarked;
