@NullMarked
package io.burrow.it.broker;

import org.jspecify.annotations.NullMarked;
