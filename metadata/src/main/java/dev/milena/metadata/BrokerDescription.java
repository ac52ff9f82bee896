package dev.milena.metadata;

/**
 * What a broker says about itself when it registers.
 *
 * @param host where clients reach it
 * @param rack broker.rack; empty when not set
 * @param quorumAddress HOST:PORT of its quorum listener; empty when it has none
 * @param version of its software, for people
 */
public record BrokerDescription(
    String host, int port, String rack, String quorumAddress, String version) {}
