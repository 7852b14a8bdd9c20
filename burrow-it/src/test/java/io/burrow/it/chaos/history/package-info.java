/** Tests of what members write down. */
@NullMarked
package io.burrow.it.chaos.history;

import org.jspecify.annotations.NullMarked;
