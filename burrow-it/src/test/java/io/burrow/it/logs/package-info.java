/** What an application's log holds. */
@NullMarked
package io.burrow.it.logs;

import org.jspecify.annotations.NullMarked;
