/** What a Burrow lends to the stages in it. */
@NullMarked
package io.burrow.core.host;

import org.jspecify.annotations.NullMarked;
