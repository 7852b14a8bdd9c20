@NullMarked
package io.burrow.it.bench;

import org.jspecify.annotations.NullMarked;
