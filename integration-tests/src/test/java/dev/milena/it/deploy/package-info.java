/** What is in deploy/: manifests read strictly, the container image assembled by hand, and pods. */
@NullMarked
package dev.milena.it.deploy;

import org.jspecify.annotations.NullMarked;
