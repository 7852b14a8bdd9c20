/** Wires a Burrow with Guice. The only package of core that needs Guice on the class path. */
@NullMarked
package io.burrow.core.guice;

import org.jspecify.annotations.NullMarked;
