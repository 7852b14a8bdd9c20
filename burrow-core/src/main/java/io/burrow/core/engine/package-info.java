/**
 * The engine: one loop that polls, tracks, holds back and commits, and the attempts that workers make. Internal: no
 * public API; what is public here is so for the facade and the test kit.
 */
@NullMarked
package io.burrow.core.engine;

import org.jspecify.annotations.NullMarked;
