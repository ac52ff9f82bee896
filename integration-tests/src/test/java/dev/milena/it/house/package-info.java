/**
 * The tests that guard the house: who may import whom, sizes, names, links, and the null checker's
 * canary.
 */
@NullMarked
package dev.milena.it.house;

import org.jspecify.annotations.NullMarked;
