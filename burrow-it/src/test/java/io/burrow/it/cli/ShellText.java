package io.burrow.it.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The commands in a piece of shell, each as its words: as much of the shell's grammar as documents use. Nothing is run
 * and nothing is filled in: {@code $NAME} and {@code $(command)} stay as they are. One thread.
 */
final class ShellText {
    private final String text;
    private final List<List<String>> commands = new ArrayList<>();
    private List<String> words = new ArrayList<>();

    /** Null between two words. */
    private @Nullable StringBuilder word;

    private boolean isTarget;
    private int at;

    private ShellText(String text) {
        this.text = text;
    }

    /**
     * Takes a text apart, at the ends of lines and at {@code ;}, {@code &}, {@code |} and parentheses.
     *
     * @return the commands in their order, without comments, redirections, and the assignments before a command
     * @throws IllegalArgumentException if a quote is not closed
     */
    static List<List<String>> commands(String text) {
        ShellText shell = new ShellText(text);
        shell.read();
        return shell.commands;
    }

    private void read() {
        while (at < text.length()) {
            char next = text.charAt(at++);
            switch (next) {
                case '\\' -> escape();
                case '\'' -> quote();
                case '"' -> doubleQuote();
                case '$' -> dollar();
                case '#' -> commentOrPartOfAWord();
                case '<', '>' -> redirection();
                case ' ', '\t' -> endWord();
                case '\n', ';', '&', '|', '(', ')' -> endCommand();
                default -> append(next);
            }
        }
        endCommand();
    }

    private void append(char next) {
        if (word == null) {
            word = new StringBuilder();
        }
        word.append(next);
    }

    private void append(String part) {
        if (word == null) {
            word = new StringBuilder();
        }
        word.append(part);
    }

    /** One before the end of a line joins it with the next. */
    private void escape() {
        char escaped = take("after a backslash");
        if (escaped != '\n') {
            append(escaped);
        }
    }

    private void quote() {
        int end = text.indexOf('\'', at);
        if (end < 0) {
            throw new IllegalArgumentException("a quote is not closed: " + text.substring(at - 1));
        }
        append(text.substring(at, end));
        at = end + 1;
    }

    private void doubleQuote() {
        append("");
        for (char next = take("\""); next != '"'; next = take("\"")) {
            if (next == '\\' && "$`\"\\\n".indexOf(text.charAt(at)) >= 0) {
                escape();
            } else if (next == '$') {
                dollar();
            } else {
                append(next);
            }
        }
    }

    /** What {@code $(...)} holds belongs to the word, whatever it is. */
    private void dollar() {
        append('$');
        if (at < text.length() && text.charAt(at) == '(') {
            int open = 0;
            do {
                char next = take(")");
                open += next == '(' ? 1 : next == ')' ? -1 : 0;
                append(next);
            } while (open > 0);
        }
    }

    private void commentOrPartOfAWord() {
        if (word != null) {
            append('#');
            return;
        }
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
    }

    /** As {@code < FILE}, {@code 2> FILE}, {@code >> FILE}, {@code 2>&1}. */
    private void redirection() {
        if (word != null && word.toString().matches("\\d+")) {
            word = null; // the number of what is redirected
        }
        endWord();
        while (at < text.length() && "<>&|".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        isTarget = true;
    }

    private void endWord() {
        if (word == null) {
            return;
        }
        String ended = word.toString();
        word = null;
        if (isTarget) {
            isTarget = false;
        } else if (!words.isEmpty() || !ended.matches("(?s)\\w+=.*")) {
            words.add(ended);
        }
    }

    private void endCommand() {
        endWord();
        isTarget = false;
        if (!words.isEmpty()) {
            commands.add(words);
            words = new ArrayList<>();
        }
    }

    private char take(String wanted) {
        if (at >= text.length()) {
            throw new IllegalArgumentException("it ends where there should be " + wanted + ": " + text);
        }
        return text.charAt(at++);
    }
}
