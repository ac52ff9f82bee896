package dev.milena.client;

import dev.milena.client.connection.HostPort;
import java.util.Optional;

/**
 * A registered broker.
 *
 * @param address where clients reach it
 * @param fenced taken out of leadership because it is down or unreachable
 */
public record BrokerDetails(int id, HostPort address, Optional<String> rack, boolean fenced) {}
