/** Tests that the checks of a chaos run find what is wrong, and nothing else. */
@NullMarked
package io.burrow.it.chaos.check;

import org.jspecify.annotations.NullMarked;
