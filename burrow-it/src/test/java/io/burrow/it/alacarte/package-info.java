/**
 * Each subset of the modules by itself, with nothing on the class path but what Maven would put there for a user who
 * asks for these modules.
 */
@NullMarked
package io.burrow.it.alacarte;

import org.jspecify.annotations.NullMarked;
