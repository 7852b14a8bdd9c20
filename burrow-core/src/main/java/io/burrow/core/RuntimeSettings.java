package io.burrow.core;

import io.burrow.api.BurrowConfig;
import io.burrow.api.ConfigException;
import io.burrow.api.ConfigProblem;
import io.burrow.api.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Which settings stay as they were at the start. */
final class RuntimeSettings {
    private RuntimeSettings() {}

    static void check(BurrowConfig now, BurrowConfig next) {
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
