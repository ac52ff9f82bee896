package dev.milena.broker.connection;

/**
 * How many connections a port has at one moment.
 *
 * @param connections all of them
 * @param undecided those that have not yet said what they speak
 * @param addresses from so many IP addresses
 */
public record ConnectionCounts(int connections, int undecided, int addresses) {}
