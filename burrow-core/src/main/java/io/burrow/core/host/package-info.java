/** What a Burrow lends to the stages in it. Internal: no public API. */
@NullMarked
package io.burrow.core.host;

import org.jspecify.annotations.NullMarked;
