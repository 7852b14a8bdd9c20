/** The live page in a real browser; compiled and run in the Maven profile {@code browser} alone. */
@NullMarked
package io.burrow.it.page;

import org.jspecify.annotations.NullMarked;
