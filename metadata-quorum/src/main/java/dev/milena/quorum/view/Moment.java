package dev.milena.quorum.view;

import dev.milena.metadata.ClusterImage;

/** What is applied at one moment: immutable, index and image fit together. */
public interface Moment {
  /** Everything up to here is in the image; -1 before the first entry. */
  long index();

  /** The image at the index. */
  ClusterImage image();
}
