/** Every example of the documents, compiled and run. */
@NullMarked
package io.burrow.it.docs;

import org.jspecify.annotations.NullMarked;
