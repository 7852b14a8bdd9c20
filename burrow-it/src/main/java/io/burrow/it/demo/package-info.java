/**
 * What {@code ./burrow demo} shows on a real broker: how fast a plain consumer is, how fast Burrow is, what becomes of
 * a record that fails, and what a crash costs. {@link io.burrow.it.demo.Demo} runs the parts in turn; a part measures
 * and tells a {@link io.burrow.it.demo.Screen}, which draws. Drawing is pure: {@link io.burrow.it.demo.Picture} makes
 * text of a {@link io.burrow.it.demo.View}.
 */
@NullMarked
package io.burrow.it.demo;

import org.jspecify.annotations.NullMarked;
