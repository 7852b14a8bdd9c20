@NullMarked
package io.burrow.it.dlq;

import org.jspecify.annotations.NullMarked;
