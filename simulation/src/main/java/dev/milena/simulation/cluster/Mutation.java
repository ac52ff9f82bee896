package dev.milena.simulation.cluster;

import java.lang.classfile.CodeBuilder;
import java.util.function.Consumer;

/**
 * A mistake in one method of the product: it does this instead.
 *
 * @param className the class, by its full name
 * @param method its name; the class has one of it
 */
record Mutation(String className, String method, Consumer<CodeBuilder> body) {}
