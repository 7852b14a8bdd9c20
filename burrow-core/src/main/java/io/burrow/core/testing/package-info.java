/**
 * What tests of handlers, policies and sources need, without a broker and without waiting. {@link InMemoryBroker} keeps
 * topics and consumer groups in memory and fails on request; {@link InMemorySource} is a source over it;
 * {@link InMemoryDeadLetters} takes dead letters; {@link TestMessage} is a message to give to a handler.
 * {@link MessageSourceContract} holds any source, the in-memory one included, to what Burrow expects of it.
 *
 * <p>Nothing here needs a test framework.
 */
@NullMarked
package io.burrow.core.testing;

import org.jspecify.annotations.NullMarked;
