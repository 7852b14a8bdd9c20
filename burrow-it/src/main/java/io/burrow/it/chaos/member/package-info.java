/**
 * The child process of a chaos run: {@link io.burrow.it.chaos.member.MemberMain} runs Burrows that write down all that
 * they do, until it is killed.
 */
@NullMarked
package io.burrow.it.chaos.member;

import org.jspecify.annotations.NullMarked;
