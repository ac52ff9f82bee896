package dev.milena.metadata;

/**
 * A registered broker.
 *
 * @param host where clients reach it
 * @param rack broker.rack; empty when not set
 * @param fenced down or unreachable: it leads nothing and counts for nothing
 * @param incarnation its latest run
 * @param brokerEpoch raised at every change of this row; compare-and-set on it
 */
public record BrokerImage(
    int id,
    String host,
    int port,
    String rack,
    boolean fenced,
    IncarnationId incarnation,
    long brokerEpoch) {}
