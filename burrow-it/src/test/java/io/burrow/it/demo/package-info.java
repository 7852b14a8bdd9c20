@NullMarked
package io.burrow.it.demo;

import org.jspecify.annotations.NullMarked;
