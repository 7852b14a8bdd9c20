package io.burrow.core.sim.teeth;

import java.util.List;

/** For each scenario the guard that keeps it from happening, taken out. */
final class ScenarioDefects {
    private ScenarioDefects() {}

    private static ScenarioTooth tooth(String test, String name, String file, String text, String wrong) {
        return new ScenarioTooth(test, new Defect(name, test, file, text, wrong));
    }

    static List<ScenarioTooth> all() {
        return List.of(
                tooth(
                        "RebalanceScenariosTest.s01_revokeWithWorkOpen_commitsUpToTheOpenRecord_notToWhatWasPolled",
                        "the commit point is the end of what was polled",
                        "ledger/GapLedger.java",
                        "return head == tail ? endPosition : chunk(head).offsets[(int) head & CHUNK_SLOTS - 1];",
                        "return endPosition;"),
                tooth(
                        "RebalanceScenariosTest.s02_partitionThatComesBack_itsFreshRecordsAreHandled",
                        "what waits for a retry keeps its key when its partition goes",
                        "engine/Failures.java",
                        "for (Delivery delivery : assignment.retrying.keySet()) { abandonWaiting(assignment, delivery); }",
                        ""),
                tooth(
                        "RebalanceScenariosTest.s02_partitionThatComesBack_itsFreshRecordsAreHandled",
                        "what is parked keeps its key when its partition goes",
                        "engine/Failures.java",
                        "for (Delivery delivery : assignment.parked) { letGo(assignment, delivery); }",
                        ""),
                tooth(
                        "CommitScenariosTest.s03_recordThatEndsWhileACommitIsMade_leavesOffsetAndTextOfOneMoment",
                        "the offset is read once more after the text was made",
                        "engine/Commits.java",
                        "points.put(assignment.partition,"
                                + " new CommitPoint(offset, assignment.epochBelowCommitPoint, snapshot));",
                        "assignment.advance(); points.put(assignment.partition, new CommitPoint("
                                + "assignment.ledger.commitPoint(), assignment.epochBelowCommitPoint, snapshot));"),
                tooth(
                        "CommitScenariosTest.s03_textOfOneCommitBesideTheOffsetOfAnother_saysNothing",
                        "a text does not know the offset that it belongs to",
                        "snapshot/SnapshotCodec.java",
                        "bytes[at++] = (byte) (base >>> shift);",
                        "bytes[at++] = 0;"),
                tooth(
                        "CommitScenariosTest.s04_commitThatThrowsBecauseOfARebalance_endsNothing_andIsMadeAgain",
                        "what a commit throws is not caught",
                        "engine/Commits.java",
                        "} catch (Throwable e) { result = unknown(points, e); }",
                        "} catch (LinkageError e) { result = null; }"),
                tooth(
                        "RebalanceScenariosTest.s05_revokeThatWaitsForAHandlerThatAsksTheLoop_doesNotDeadlock",
                        "a revoke answers nobody while it waits",
                        "engine/Rebalancer.java",
                        "whileWaiting.run();",
                        ""),
                tooth(
                        "RebalanceScenariosTest.s05_revokeWhileAnAsynchronousCommitIsUnderWay_commitsPastIt",
                        "a revoke leaves it to the commit under way",
                        "engine/Commits.java",
                        "return dirty.isEmpty() || commit(dirty, timeout);",
                        "return dirty.isEmpty() || underWay || commit(dirty, timeout);"),
                tooth(
                        "LifeScenariosTest.s06_closing_goesOnPolling_andDoesNotSpin",
                        "who closes does not poll",
                        "engine/Engine.java",
                        "if (sourceBroken) { shared.workers.await(",
                        "if (sourceBroken || isStopping()) { shared.workers.await("),
                tooth(
                        "LifeScenariosTest.s06_closing_goesOnPolling_andDoesNotSpin",
                        "who closes polls without waiting",
                        "engine/Engine.java",
                        "if (isStopping() || state == BurrowState.DRAINING) {"
                                + " return Math.min(nanos, STOPPING_POLL_NANOS); }",
                        "if (isStopping() || state == BurrowState.DRAINING) { return 0; }"),
                tooth(
                        "LifeScenariosTest.s06_memberThatCloses_doesNotHoldUpTheGroup",
                        "who closes does not poll",
                        "engine/Engine.java",
                        "if (sourceBroken) { shared.workers.await(",
                        "if (sourceBroken || isStopping()) { shared.workers.await("),
                tooth(
                        "CommitScenariosTest.s07_commitThatIsRefused_isMadeAgain_andHoldsUpNoOther",
                        "a refused commit counts as made",
                        "engine/Commits.java",
                        "assignment.refused = true; refused = true;",
                        "assignment.committed = point.offset(); assignment.refused = true; refused = true;"),
                tooth(
                        "CommitScenariosTest.s07_commitOfWhichNothingIsKnown_isMadeAgain",
                        "a commit that failed counts as made",
                        "engine/Commits.java",
                        "default -> { retrySoon = true; retryNanos = now + RETRY_NANOS; assignment.unsure = true;",
                        "default -> { assignment.committed = point.offset(); retrySoon = true;"
                                + " retryNanos = now + RETRY_NANOS;"),
                tooth(
                        "CommitScenariosTest.s07_commitOfWhichNothingIsKnown_obeyedAfterALaterOne_isOverwritten",
                        "after an unknown outcome nothing that is clean is committed again",
                        "engine/Commits.java",
                        "assignment.unsure = true;",
                        ""),
                tooth(
                        "LifeScenariosTest.s08_closeWhoseCommitsFail_leavesTheGroupInTime",
                        "who could not commit does not leave",
                        "engine/Ending.java",
                        "long unfinished = 0;",
                        "long unfinished = 0; if (!committed) { return new CloseResult(false, 0, List.of()); }"),
                tooth(
                        "LifeScenariosTest.s08_closeWhoseCommitThrows_leavesTheGroup",
                        "what a commit throws is not caught",
                        "engine/Commits.java",
                        "} catch (Throwable e) { result = unknown(points, e); }",
                        "} catch (LinkageError e) { result = null; }"),
                tooth(
                        "LifeScenariosTest.s08_pollThatThrows_leavesTheGroup_andSaysWhy",
                        "what a poll throws is not caught where it polls",
                        "engine/Engine.java",
                        "intake); } catch (Throwable e) { sourceFailed(e); }",
                        "intake); } catch (LinkageError e) { sourceFailed(e); }"),
                tooth(
                        "FailureScenariosTest.s09_waitingRetries_areAsManyAsTheRecords_howeverOftenTheirTimeChanges",
                        "a wait that is over stays in the timer",
                        "engine/Waiting.java",
                        "if (known != null) { known.cancel(); }",
                        ""),
                tooth(
                        "FailureScenariosTest.s09_retries_comeInTheOrderOfTheirTimes",
                        "all wait for as long as the longest",
                        "engine/Failures.java",
                        "waiting.timeout(shared.time.schedule(delayNanos, () -> {",
                        "waiting.timeout(shared.time.schedule(Math.max(delayNanos, 10_000_000_000L), () -> {"),
                tooth(
                        "RebalanceScenariosTest.s10_recordsOfAFormerAssignment_countNoLongerThanTheyAreThere",
                        "what a former assignment gave up is counted on",
                        "engine/Assignment.java",
                        "abandoned.incrementAndGet(); finishedBytes",
                        "finishedBytes"),
                tooth(
                        "CommitScenariosTest.s11_foreignMetadata_isToldOnce_withoutItsText",
                        "a foreign text is logged",
                        "engine/Rebalancer.java",
                        ".log(\"what is kept with offset {} of {} says nothing\","
                                + " stored.offset(), assignment.partition);",
                        ".log(\"what is kept with offset {} of {} says nothing\","
                                + " stored.offset(), stored.metadata());"),
                tooth(
                        "CommitScenariosTest.s11_foreignMetadata_isNoObstacle",
                        "a text that cannot be read is an error",
                        "snapshot/SnapshotCodec.java",
                        "if (!BitText.carries(metadata.charAt(i))) { return Snapshot.none(); }",
                        "if (!BitText.carries(metadata.charAt(i))) { throw new IllegalStateException(metadata); }"),
                tooth(
                        "CommitScenariosTest.s12_textThatCannotBeRead_doesNotFinishTheRecordItStandsBeside",
                        "a text that cannot be read names the record it stands beside",
                        "snapshot/SnapshotCodec.java",
                        "if (!BitText.carries(metadata.charAt(i))) { return Snapshot.none(); }",
                        "if (!BitText.carries(metadata.charAt(i))) {"
                                + " return new Snapshot(1_000, OffsetRanges.builder().add(base, base + 1).build()); }"),
                tooth(
                        "CommitScenariosTest.s12_noText_namesTheRecordItStandsBeside",
                        "a text is read as if it began at the offset itself",
                        "snapshot/Encodings.java",
                        "long offset = Math.addExact(base, i + 1);",
                        "long offset = Math.addExact(base, i);"),
                tooth(
                        "CommitScenariosTest.s13_snapshotOverHolesOfAnySize_isReadBackAsItWas",
                        "the width of a hole is an int",
                        "snapshot/Encodings.java",
                        "gaps.write(bits, offset - behind - 1);",
                        "gaps.write(bits, (int) (offset - behind - 1) & 0x7fff_ffff);"),
                tooth(
                        "CommitScenariosTest.s13_snapshotOfALongRun_isReadBackAsItWas",
                        "the length of a run is a short",
                        "snapshot/Encodings.java",
                        "bits.number(last - base - 1);",
                        "bits.number((short) (last - base - 1) & 0xffff);"),
                tooth(
                        "OrderScenariosTest.s14_oneKeyInTwoTopics_isTwoKeys",
                        "all partitions share their keys",
                        "engine/Assignments.java",
                        "lanes.computeIfAbsent(assigned.partition(), partition -> new LaneTable());",
                        "lanes.computeIfAbsent(new TopicPartition(\"all\", 0), partition -> new LaneTable());"),
                tooth(
                        "OrderScenariosTest.s14_recordsWithoutAKey_waitForNothing",
                        "no key is a key",
                        "engine/Intake.java",
                        "return key == null ? null : lanes.lane(key);",
                        "return lanes.lane(key == null ? \"\" : key);"),
                tooth(
                        "OrderScenariosTest.s14_keysThatAreArrays_areComparedByContent",
                        "arrays are compared by identity",
                        "schedule/LaneTable.java",
                        "return a instanceof byte[] left && b instanceof byte[] right"
                                + " ? Arrays.equals(left, right) : b.equals(a);",
                        "return b.equals(a);"),
                tooth(
                        "OrderScenariosTest.s15_partitionThatComesBack_startsARecordOnlyAfterTheOldWorkOfItsKey",
                        "keys are forgotten with the assignment",
                        "engine/Assignments.java",
                        "return live.remove(partition);",
                        "lanes.remove(partition); return live.remove(partition);"),
                tooth(
                        "OrderScenariosTest"
                                + ".s15_handlerThatAStageStartedLater_andThatIsGivenUp_holdsItsKeyUntilItReturns",
                        "nobody looks whether a handler still runs",
                        "engine/AttemptDemand.java",
                        "if (inside.isEmpty()) {",
                        "if (true) {"),
                tooth(
                        "OrderScenariosTest"
                                + ".s15_handlerThatAStageStartedLater_andThatIsGivenUp_holdsItsKeyUntilItReturns",
                        "a record that is taken from its handler lets its key go on",
                        "engine/AttemptDemand.java",
                        "overruns.begin(delivery);",
                        ""),
                tooth(
                        "CommitScenariosTest.s16_holes_doNotHoldTheCommitPoint",
                        "an end position counts only next to the last record",
                        "ledger/GapLedger.java",
                        "if (position > endPosition) {",
                        "if (position == lastOffset + 1) {"),
                tooth(
                        "CommitScenariosTest.s16_holes_doNotHoldTheCommitPoint",
                        "the next record is the one at the next offset",
                        "ledger/GapLedger.java",
                        "if (offset <= lastOffset) {",
                        "if (offset != lastOffset + 1) {"),
                tooth(
                        "RebalanceScenariosTest.s17_lateAnswerOfATimedOutAttempt_doesNotFinishTheNext",
                        "every completion counts",
                        "engine/Delivery.java",
                        "return TOKEN.compareAndSet(this, attempt, -attempt);",
                        "TOKEN.compareAndSet(this, attempt, -attempt); return true;"),
                tooth(
                        "RebalanceScenariosTest.s17_answersOfAFormerAssignment_doNotFinishTheRecordsOfTheNext",
                        "a partition that comes back goes on with its former ledger",
                        "engine/Assignments.java",
                        "Assignment assignment ="
                                + " new Assignment(assigned, table, config.maxSpanRecords(), wake, nowNanos);",
                        "Assignment assignment = ending.stream()"
                                + ".filter(each -> each.partition.equals(assigned.partition())).findFirst().orElseGet("
                                + "() -> new Assignment(assigned, table, config.maxSpanRecords(), wake, nowNanos));"
                                + " assignment.phase = Assignment.LIVE;"),
                tooth(
                        "RebalanceScenariosTest.s18_whatWasBuffered_isNotHandledByTheFormerOwner_andTheCommitStays",
                        "a record starts although its assignment is over",
                        "engine/Attempts.java",
                        "if (assignment.phase != Assignment.LIVE) {",
                        "if (assignment.phase == 77) {"),
                tooth(
                        "CommitScenariosTest.s19_recordsThatTwoThreadsFinishAtOnce_areAllSeen",
                        "a flag is written together with those beside it",
                        "ledger/GapLedger.java",
                        "FLAG.setRelease(chunk.flags, (int) sequence & CHUNK_SLOTS - 1, (byte) 1);",
                        // on one processor too, where a step of one instruction is hard to come between
                        "int eight = (int) sequence & CHUNK_SLOTS - Byte.SIZE;"
                                + " long before = (long) EIGHT.get(chunk.flags, eight);"
                                + " if ((sequence & 30) == 0) { Thread.yield(); }"
                                + " EIGHT.set(chunk.flags, eight, before | 1L << ((int) sequence & 7) * Byte.SIZE);"),
                tooth(
                        "CommitScenariosTest.s20_acknowledgementsUnderAWideSpan_costNoMoreThanOthers",
                        "every acknowledgement looks at the whole span",
                        "ledger/GapLedger.java",
                        "Chunk chunk = chunk(sequence); FLAG",
                        "finishedInSpan(); Chunk chunk = chunk(sequence); FLAG"),
                tooth(
                        "CommitScenariosTest.s20_acknowledgementsOfWhatWasRevoked_keepNothingPaused",
                        "what a former assignment gave up is counted on",
                        "engine/Assignment.java",
                        "abandoned.incrementAndGet(); finishedBytes",
                        "finishedBytes"),
                tooth(
                        "RebalanceScenariosTest.s21_revoke_waitsForRunningHandlers_soNothingIsDoneTwice",
                        "a revoke waits for nothing",
                        "engine/Rebalancer.java",
                        "waited ? 0 : Math.min(",
                        "waited ? 0 : 0 & Math.min("),
                tooth(
                        "RebalanceScenariosTest.s21_revoke_doesNotWaitForWorkThatNeverStarted",
                        "what is revoked goes on starting",
                        "engine/Rebalancer.java",
                        "stop(leaving); leaving.forEach(assignment -> assignment.revoking = true);",
                        "leaving.forEach(assignment -> assignment.revoking = true);"),
                tooth(
                        "RebalanceScenariosTest.s21_revoke_doesNotWaitForWorkThatNeverStarted",
                        "a revoke waits for all that is buffered",
                        "engine/Rebalancer.java",
                        "if (shared.workers.inside(assignment) > 0 || assignment.pending.get() > 0) {",
                        "if (shared.workers.inside(assignment) > 0 || assignment.unfinished() > 0) {"),
                tooth(
                        "RebalanceScenariosTest"
                                + ".s22_handlerThatOutlivesThePollInterval_isReported_isLeftBehindInTime_andItsEndChangesNothing",
                        "a revoke waits without regard to the poll interval",
                        "engine/Rebalancer.java",
                        "Math.min(config.drainTimeout().toNanos(), Math.max(0, pollTime.leftNanos() - commitNanos));",
                        "config.drainTimeout().toNanos();"),
                tooth(
                        "FailureScenariosTest.s23_whateverIsThrown_theRecordReachesOneEnd_andTheWorkerLives",
                        "errors get out of an attempt",
                        "engine/Attempts.java",
                        "} catch (Throwable e) {"
                                + " Thread.interrupted(); // what interrupted one handler must not reach the next",
                        "} catch (Exception e) { Thread.interrupted();"),
                tooth(
                        "RebalanceScenariosTest"
                                + ".s24_pausedPartitionThatIsTakenAway_isNeitherPausedNorResumedAnyMore",
                        "what was taken away is still there",
                        "engine/Rebalancer.java",
                        "assignments.remove(assignment.partition); end(assignment);",
                        "end(assignment);"),
                tooth(
                        "RebalanceScenariosTest"
                                + ".s24_offsetThatGoesBackWithinAnAssignment_isTold_andWhatFollowsIsHandledAgain",
                        "a reset is not heard",
                        "engine/Rebalancer.java",
                        "Assignment before = assignments.remove(partition);",
                        "Assignment before = null;"),
                tooth(
                        "RebalanceScenariosTest.s25_answerAfterTheRevoke_leadsToNoCommitOfWhatIsNotOwned",
                        "what was revoked is not forgotten",
                        "engine/Rebalancer.java",
                        "List<TopicPartition> names = forget(leaving); shared.events.log().atInfo()",
                        "List<TopicPartition> names = List.of(); shared.events.log().atInfo()"),
                tooth(
                        "RebalanceScenariosTest.s26_workThatEndsWhileTheRevokeWaits_isCommitted_andNotDoneAgain",
                        "what is revoked is fenced before it is waited for",
                        "engine/Rebalancer.java",
                        "leaving.forEach(assignment -> assignment.revoking = true);",
                        "leaving.forEach(assignment -> assignment.revoking = true);"
                                + " leaving.forEach(assignment -> assignment.phase = Assignment.DEAD);"),
                tooth(
                        "RebalanceScenariosTest.s26_workThatEndsWhileItHalts_isCommitted_andNotDoneAgain",
                        "a halt waits for nothing",
                        "engine/Engine.java",
                        "if (isStopping() && (isQuiet() || isPast(deadlineNanos))) {",
                        "if (isStopping()) {"),
                tooth(
                        "FailureScenariosTest.s27_deadLetterThatCannotBeSent_isSentAgain_andItsRecordIsDoneAfterwards",
                        "a dead letter is sent once",
                        "engine/DeadLetters.java",
                        "} else { sendLater(delivery, failure); }",
                        "}"),
                tooth(
                        "FailureScenariosTest.s27_deadLetterThatIsNotAcknowledged_holdsTheCommitPoint",
                        "a dead letter completes its record before it is acknowledged",
                        "engine/DeadLetters.java",
                        "CompletionStage<?> stage; try {",
                        "answer(delivery, answered, null); CompletionStage<?> stage; try {"),
                tooth(
                        "FailureScenariosTest.s28_recordWhoseHandlerThrew_isNotCommitted_andComesAgain",
                        "a failed record is completed",
                        "engine/Failures.java",
                        "retryLater(delivery, nanos(delay)); }",
                        "finisher.finish(delivery, RecordOutcome.SKIPPED, startedNanos, now); shared.moveOn(delivery); }"),
                tooth(
                        "OrderScenariosTest.s29_recordWhoseHandlerAnswersLater_keepsItsKeyUntilThen",
                        "a key is free as soon as the handler has returned",
                        "engine/Attempts.java",
                        "return async ? STAGE : HELD;",
                        "return NEXT;"),
                tooth(
                        "FailureScenariosTest"
                                + ".s30_onePerCentOfRecordsThatFailForEver_doNotStopTheOthers_andTheHealthSaysSo",
                        "what is finished above a gap counts as held",
                        "engine/Assignment.java",
                        "return ledger.span() - ledger.finishedInSpan();",
                        "return ledger.span();"),
                tooth(
                        "FailureScenariosTest.s31_retryOfAnIdleConsumer_comesAtItsTime",
                        "retries are looked for once a second",
                        "engine/Failures.java",
                        "waiting.timeout(shared.time.schedule(delayNanos, () -> {",
                        "waiting.timeout(shared.time.schedule(Math.max(delayNanos, 1_000_000_000L), () -> {"),
                tooth(
                        "LifeScenariosTest.s32_close_leavesNoThread",
                        "the timer is not ended",
                        "time/SystemTimekeeper.java",
                        "timer.shutdownNow();",
                        ""),
                tooth(
                        "LifeScenariosTest.s32_close_leavesNoThread",
                        "workers are not ended",
                        "worker/ThreadWorkers.java",
                        "stopped = true;",
                        ""),
                tooth(
                        "LifeScenariosTest.s32_close_leavesNothingButNamedDaemonsInsideHandlers",
                        "workers are no daemons",
                        "worker/ThreadWorkers.java",
                        "thread.setDaemon(true);",
                        ""),
                tooth(
                        "LifeScenariosTest.s33_partitionsThatAreGone_areNoLongerCounted",
                        "what was taken away is still there",
                        "engine/Rebalancer.java",
                        "assignments.remove(assignment.partition); end(assignment);",
                        "end(assignment);"),
                tooth(
                        "LifeScenariosTest.s33_partitionsThatAreGone_areNoLongerCounted",
                        "what waits or is parked stays when its partition goes",
                        "engine/Rebalancer.java",
                        "failures.abandonAll(assignment);",
                        ""),
                tooth(
                        "SecretScenariosTest" + ".s34_whateverFails_noKeyNoValueNoHeaderAndNoMessageOfTheUsersIsLogged",
                        "the line about a record that is exhausted shows the exception",
                        "engine/Events.java",
                        "failure.cause().getClass().getName(), exhausted.others());",
                        "failure.cause(), exhausted.others());"),
                tooth(
                        "SecretScenariosTest" + ".s34_whateverFails_noKeyNoValueNoHeaderAndNoMessageOfTheUsersIsLogged",
                        "an error that was contained is logged with its cause",
                        "engine/Events.java",
                        ".log(\"{}\", error.getMessage()); // not the cause",
                        ".log(\"{}\", error.getMessage(), error); //"),
                tooth(
                        "SecretScenariosTest" + ".s34_whateverFails_noKeyNoValueNoHeaderAndNoMessageOfTheUsersIsLogged",
                        "what a listener threw is logged",
                        "engine/Events.java",
                        "\"listener \" + name + \" threw \" + e.getClass().getName());",
                        "\"listener \" + name + \" threw \" + e);"));
    }
}
