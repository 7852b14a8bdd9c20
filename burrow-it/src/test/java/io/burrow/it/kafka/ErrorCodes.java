package io.burrow.it.kafka;

import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import io.burrow.api.spi.BurrowListener;
import java.util.Queue;

/**
 * Notes the kinds of errors that were contained.
 *
 * @param into takes them; safe for use by several threads
 */
record ErrorCodes(Queue<ErrorCode> into) implements BurrowListener {
    @Override
    public void error(BurrowException error) {
        into.add(error.code());
    }
}
