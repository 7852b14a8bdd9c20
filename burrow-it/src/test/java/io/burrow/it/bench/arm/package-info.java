@NullMarked
package io.burrow.it.bench.arm;

import org.jspecify.annotations.NullMarked;
