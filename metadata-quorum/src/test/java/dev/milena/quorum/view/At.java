package dev.milena.quorum.view;

import dev.milena.metadata.ClusterImage;

/** An index and the image there. */
record At(long index, ClusterImage image) implements Moment {
  static final At NOTHING = new At(-1, ClusterImage.EMPTY);
}
