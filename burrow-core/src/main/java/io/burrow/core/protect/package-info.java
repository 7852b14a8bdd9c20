/** What keeps an outage small: a breaker and a budget. They know nothing of the engine. Internal: no public API. */
@NullMarked
package io.burrow.core.protect;

import org.jspecify.annotations.NullMarked;
