/** The programs of examples/, run as their READMEs say, against a real node. */
@NullMarked
package dev.milena.it.examples;

import org.jspecify.annotations.NullMarked;
