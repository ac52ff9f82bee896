package dev.milena.client;

/**
 * What an order to drain a broker came to.
 *
 * @param changed how many partitions are on their way by it; or stay, by its cancellation
 * @param left how many are left to be asked for again; or cannot be called back now
 */
public record BegunDrain(int changed, int left) {}
