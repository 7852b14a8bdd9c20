@NullMarked
package io.burrow.it.cli;

import org.jspecify.annotations.NullMarked;
