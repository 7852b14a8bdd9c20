package io.burrow.it.run;

import io.burrow.api.TerminalException;

/** The command or the server says that this record can never be done. The message holds nothing of the record. */
public final class RecordRefusedException extends TerminalException {
    private static final long serialVersionUID = 1L;

    RecordRefusedException(String message) {
        super(message);
    }
}
