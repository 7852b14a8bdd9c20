/** Parts that break their contracts, and calls at odd moments: contained, told, no record lost, and nothing hangs. */
@NullMarked
package io.burrow.core.misuse;

import org.jspecify.annotations.NullMarked;
