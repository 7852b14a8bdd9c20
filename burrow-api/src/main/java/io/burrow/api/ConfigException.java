package io.burrow.api;

import java.util.List;
import java.util.stream.Collectors;

/** All that is wrong with a configuration, found before anything is started. */
public class ConfigException extends BurrowException {
    private static final long serialVersionUID = 1L;

    /** What is wrong; a serializable list. */
    @SuppressWarnings("serial") // List.copyOf is serializable, its elements are not: the message carries them
    private final transient List<ConfigProblem> problems;

    /**
     * Makes the exception.
     *
     * @param problems the problems, at least one
     */
    public ConfigException(List<ConfigProblem> problems) {
        this(ErrorCode.CONFIG_INVALID, problems);
    }

    /**
     * Makes the exception.
     *
     * @param code the kind of error
     * @param problems the problems, at least one
     */
    public ConfigException(ErrorCode code, List<ConfigProblem> problems) {
        super(code, problems.stream().map(ConfigProblem::toString).collect(Collectors.joining("; ")));
        this.problems = List.copyOf(problems);
    }

    /**
     * The problems, each with its setting, value and rule.
     *
     * @return at least one; empty only after deserialization
     */
    @SuppressWarnings("ConstantValue")
    public List<ConfigProblem> problems() {
        return problems == null ? List.of() : problems;
    }
}
