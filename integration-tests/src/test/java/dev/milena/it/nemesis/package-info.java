/** Which fault comes when: chance from a seed, and nothing else. */
@NullMarked
package dev.milena.it.nemesis;

import org.jspecify.annotations.NullMarked;
