/** Tests that need a JVM of their own. */
@NullMarked
package io.burrow.it.child;

import org.jspecify.annotations.NullMarked;
