package io.burrow.core;

import io.burrow.api.BurrowConfig;
import io.burrow.api.ConfigException;
import io.burrow.api.ConfigProblem;
import io.burrow.api.ErrorCode;
import io.burrow.api.ExhaustedAction;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Which settings stay as they were at the start, and which need a part that may not be there. */
final class RuntimeSettings {
    private RuntimeSettings() {}

    /**
     * What settings ask of parts that are not there: at the start as later on.
     *
     * @param config the settings
     * @param hasSink whether there is a dead-letter sink
     */
    static List<ConfigProblem> missingParts(BurrowConfig config, boolean hasSink) {
        return config.onExhausted() == ExhaustedAction.DEAD_LETTER && !hasSink
                ? List.of(new ConfigProblem("onExhausted", "needs a dead-letter sink", "DEAD_LETTER"))
                : List.of();
    }

    static void check(BurrowConfig now, BurrowConfig next, boolean hasSink) {
        List<ConfigProblem> missing = missingParts(next, hasSink);
        if (!missing.isEmpty()) {
            throw new ConfigException(missing);
        }
        List<ConfigProblem> problems = new ArrayList<>();
        fixed(problems, "name", now.name(), next.name());
        fixed(problems, "ordering", now.ordering(), next.ordering());
        fixed(problems, "workerThreads", now.workerThreads(), next.workerThreads());

        fixed(problems, "maxBatchRecords", now.maxBatchRecords(), next.maxBatchRecords());
        fixed(problems, "batchRetry", now.batchRetry(), next.batchRetry());
        fixed(problems, "snapshots", now.snapshots(), next.snapshots());
        fixed(problems, "commitMode", now.commitMode(), next.commitMode());
        fixed(problems, "parkedReleasesKey", now.parkedReleasesKey(), next.parkedReleasesKey());
        if (!problems.isEmpty()) {
            throw new ConfigException(ErrorCode.CONFIG_NOT_CHANGEABLE, problems);
        }
    }

    private static void fixed(List<ConfigProblem> problems, String setting, Object now, Object next) {
        if (!Objects.equals(now, next)) {
            problems.add(new ConfigProblem(setting, "cannot change while running", now + " -> " + next));
        }
    }
}
