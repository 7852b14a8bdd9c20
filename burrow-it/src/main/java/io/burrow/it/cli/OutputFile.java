package io.burrow.it.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/** The file that a command is to write at its end. */
final class OutputFile {

    private OutputFile() {}

    /**
     * Says what is wrong with a file that could not be written. To be asked at once, not after a minute's work.
     *
     * @return the message, empty if nothing is wrong
     */
    static String problem(Path file) {
        Path directory = file.toAbsolutePath().getParent();
        boolean writable = Files.exists(file)
                ? !Files.isDirectory(file) && Files.isWritable(file)
                : directory != null && Files.isDirectory(directory) && Files.isWritable(directory);
        return writable ? "" : "cannot write the file " + file + "; choose one in an existing, writable directory";
    }
}
