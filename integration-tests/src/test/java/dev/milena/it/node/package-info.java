/**
 * One node: what goes in comes out, also after kill -9; bad settings and full disks are answered in
 * words.
 */
@NullMarked
package dev.milena.it.node;

import org.jspecify.annotations.NullMarked;
