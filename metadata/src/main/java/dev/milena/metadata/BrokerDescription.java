package dev.milena.metadata;

/**
 * What a broker says about itself when it registers.
 *
 * @param host where clients reach it
 * @param rack broker.rack; empty when not set
 * @param quorumAddress HOST:PORT of its quorum listener; empty when it has none
 * @param version of its software, for people
 * @param acksBeforeFlush whether this run goes by flush.policy=replicated: what it acknowledges may
 *     not be on its disk yet. Of the run before, it says what a kill may have cost
 */
public record BrokerDescription(
    String host,
    int port,
    String rack,
    String quorumAddress,
    String version,
    boolean acksBeforeFlush) {}
