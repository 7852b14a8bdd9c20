/**
 * What users of Burrow implement or call: messages, handlers, configuration, the handle of a running Burrow, its stats
 * and health, and structured errors. The ports and extension points live in {@link io.burrow.api.spi}.
 *
 * <p>Nothing here depends on a transport, on Guice or on a metrics library.
 */
@NullMarked
package io.burrow.api;

import org.jspecify.annotations.NullMarked;
