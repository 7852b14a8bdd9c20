/**
 * Small programs to copy from, listed in docs/examples.md. Each is run by a test on a real broker. They use what users
 * have, and nothing else of this module.
 */
@NullMarked
package io.burrow.it.examples;

import org.jspecify.annotations.NullMarked;
