/**
 * {@code ./burrow chaos}: a group of Burrows in child processes works on real brokers in child processes under load,
 * while a seeded plan kills, freezes, cuts, expands, deletes and vanishes. Afterwards everything that was written down
 * is checked. {@link io.burrow.it.chaos.Chaos} runs it.
 */
@NullMarked
package io.burrow.it.chaos;

import org.jspecify.annotations.NullMarked;
