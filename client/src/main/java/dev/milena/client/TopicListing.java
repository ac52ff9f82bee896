package dev.milena.client;

/**
 * A topic in short.
 *
 * @param topicId base64url without padding, of 16 bytes
 */
public record TopicListing(
    String name, String topicId, int partitionCount, int replicationFactor) {}
