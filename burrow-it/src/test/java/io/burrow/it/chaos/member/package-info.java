/** Tests of the child process of a chaos run. */
@NullMarked
package io.burrow.it.chaos.member;

import org.jspecify.annotations.NullMarked;
