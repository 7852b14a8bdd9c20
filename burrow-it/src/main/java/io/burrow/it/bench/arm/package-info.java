/**
 * What runs in the process of one measurement of {@code ./burrow bench}: a way to consume a topic, and the meter beside
 * it. {@link io.burrow.it.bench.arm.ArmRun} and what it needs calls nothing but the JDK, because Parallel Consumer is
 * measured with another Kafka client and without Burrow.
 */
@NullMarked
package io.burrow.it.bench.arm;

import org.jspecify.annotations.NullMarked;
