@NullMarked
package dev.milena.replication;

import org.jspecify.annotations.NullMarked;
