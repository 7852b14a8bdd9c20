package io.burrow.core;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/**
 * A logger of all levels that keeps every line, with its key-values and the stack trace that a real one would print.
 */
public final class KeptLog extends LegacyAbstractLogger {
    private static final long serialVersionUID = 1;

    private final transient List<String> lines;

    /** Adds lines to a list, which is a safe one if threads log. */
    public KeptLog(List<String> lines) {
        this.name = "kept";
        this.lines = lines;
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
        return null;
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level,
            @Nullable Marker marker,
            String format,
            Object @Nullable [] values,
            @Nullable Throwable thrown) {
        StringWriter text = new StringWriter();
        text.write(level + " " + MessageFormatter.basicArrayFormat(format, values));
        if (thrown != null) {
            thrown.printStackTrace(new PrintWriter(text, true));
        }
        lines.add(text.toString());
    }

    @Override
    public boolean isTraceEnabled() {
        return true;
    }

    @Override
    public boolean isDebugEnabled() {
        return true;
    }

    @Override
    public boolean isInfoEnabled() {
        return true;
    }

    @Override
    public boolean isWarnEnabled() {
        return true;
    }

    @Override
    public boolean isErrorEnabled() {
        return true;
    }
}
