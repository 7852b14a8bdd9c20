/** Binds Burrow's Kafka adapters with Guice. The rest of the module works without Guice on the class path. */
@NullMarked
package io.burrow.kafka.guice;

import org.jspecify.annotations.NullMarked;
