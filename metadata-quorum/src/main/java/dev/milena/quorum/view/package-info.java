/**
 * The metadata as a node sees it, wherever it comes from: publishing to followers, and a view that
 * lasts as long as the broker while its source changes.
 */
@NullMarked
package dev.milena.quorum.view;

import org.jspecify.annotations.NullMarked;
