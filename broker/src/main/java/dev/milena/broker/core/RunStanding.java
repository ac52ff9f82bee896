package dev.milena.broker.core;

import dev.milena.metadata.IncarnationId;

/**
 * What a run of this broker tells the quorum's leader of itself, for as long as it lives.
 *
 * @param run which run
 * @param ready its logs are open: it can lead
 * @param leaving it is stopping and has given away what it could: it may be fenced
 */
public record RunStanding(IncarnationId run, boolean ready, boolean leaving) {}
