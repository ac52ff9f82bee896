package dev.milena.log;

/**
 * A batch boundary in a log.
 *
 * @param offset the next offset there
 * @param segmentBase base offset of the segment
 * @param position byte in that segment
 */
public record LogPosition(long offset, long segmentBase, int position) {}
