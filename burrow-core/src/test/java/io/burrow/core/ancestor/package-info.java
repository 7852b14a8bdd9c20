/** The scenarios of the library that Burrow follows, under their names. */
@NullMarked
package io.burrow.core.ancestor;

import org.jspecify.annotations.NullMarked;
