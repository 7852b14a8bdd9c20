/** The optional parts, each by itself and all together with Guice, on a real broker. */
@NullMarked
package io.burrow.it.wiring;

import org.jspecify.annotations.NullMarked;
