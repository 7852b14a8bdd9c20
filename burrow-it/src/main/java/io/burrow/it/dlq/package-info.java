/**
 * What {@code ./burrow dlq} does with a topic of dead letters, whoever wrote them: it reads, tells and sends back.
 * Nothing is ever deleted or committed.
 */
@NullMarked
package io.burrow.it.dlq;

import org.jspecify.annotations.NullMarked;
