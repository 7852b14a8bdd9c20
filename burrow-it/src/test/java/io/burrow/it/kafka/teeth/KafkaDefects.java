package io.burrow.it.kafka.teeth;

import java.util.List;
import java.util.stream.Stream;

/** For each test on a real broker the guard that it is there for, taken out. */
final class KafkaDefects {
    private KafkaDefects() {}

    static List<KafkaDefect> all() {
        return Stream.of(facts(), MemberDefects.all()).flatMap(List::stream).toList();
    }

    private static List<KafkaDefect> facts() {
        return List.of(
                KafkaDefect.of(
                        "what is committed is not asked whether it is owned",
                        "KafkaCommitter",
                        "OwnershipIT.commitForAnothersPartition_theBrokerTakesIt_soItIsNotSent(CONSUMER)",
                        "if (!owned.test(partition)) {",
                        "if (false) {"),
                KafkaDefect.of(
                        "what is committed is not asked whether it is owned",
                        "KafkaCommitter",
                        "OwnershipIT.commitForAnothersPartition_theBrokerTakesIt_soItIsNotSent(CLASSIC_COOPERATIVE)",
                        "if (!owned.test(partition)) {",
                        "if (false) {"),
                KafkaDefect.of(
                        "who was put out for not polling commits",
                        "PollTime",
                        "OwnershipIT.commitAfterThePollIntervalOfAnEmptyGroup_isNotSentBeforeTheNextPoll",
                        "return inDoubt || sinceNanos() >= maxPollIntervalNanos;",
                        "return false;"),
                KafkaDefect.of(
                        "the leader's epoch is not committed",
                        "KafkaCommitter",
                        "ConsumerCallsIT.close_commitsWhatIsFinishedWithItsEpoch_thenClosesTheConsumer(CONSUMER)",
                        "point.leaderEpoch() < 0 ? Optional.empty() : Optional.of(point.leaderEpoch())",
                        "Optional.empty()"),
                KafkaDefect.of(
                        "the next offset is one after the last record, and nobody looks when it is idle",
                        "Delivery",
                        "TransactionsIT.markersAndAbortedRecords_doNotHoldTheCommitPoint(CONSUMER)",
                        "nextOffset == null ? afterLast : Math.max(afterLast, nextOffset.offset())",
                        "records.isEmpty() ? partition.next : afterLast",
                        "if (now - lastCheckNanos < IDLE_CHECK_NANOS) {",
                        "if (true) {"),
                KafkaDefect.of(
                        "what was deleted before the first fetch looks like a hole",
                        "Delivery",
                        "PositionsIT.deletedWhileNobodyReads_beginsAtWhatIsLeft_andTellsIt(CONSUMER)",
                        "} else if (jumped) {",
                        "} else if (jumped && first < 0) {"),
                KafkaDefect.of(
                        "what was deleted under the reader looks like a hole",
                        "Delivery",
                        "PositionsIT.deletedBeforeItWasRead_goesOnWhereThePolicySays_tellsIt_andForgetsNothing"
                                + "(CONSUMER, earliest, 6)",
                        "holes.pass(partition, partition.next, first);",
                        ""),
                KafkaDefect.of(
                        "a jump to the end shows in no record",
                        "Delivery",
                        "PositionsIT.deletedBeforeItWasRead_goesOnWhereThePolicySays_tellsIt_andForgetsNothing"
                                + "(CLASSIC_COOPERATIVE, latest, 8)",
                        "if (now - lastCheckNanos < IDLE_CHECK_NANOS) {",
                        "if (true) {"),
                KafkaDefect.of(
                        "a jump forward forgets what was delivered before",
                        "Delivery",
                        "PositionsIT.deletedBeforeItWasRead_goesOnWhereThePolicySays_tellsIt_andForgetsNothing"
                                + "(CLASSIC_COOPERATIVE, earliest, 6)",
                        "holes.pass(partition, partition.next, first);",
                        "reset(partition, first);"),
                KafkaDefect.of(
                        "out of range without a policy is taken for what passes",
                        "SourceFailures",
                        "PositionsIT.deletedBeforeItWasRead_withoutAPolicy_stopsWithTheReason(CONSUMER)",
                        "&& (thrown instanceof RetriableException || thrown instanceof WakeupException)",
                        "|| true"),
                KafkaDefect.of(
                        "by_duration is left to the client",
                        "StartPositions",
                        "PositionsIT.nothingCommitted_byDuration_startsThere(CONSUMER, PT0S, 2)",
                        "} else if (reset.since() != null) {",
                        "} else if (reset.since() == null && reset.none()) {"),
                KafkaDefect.of(
                        "what shows the topic's id is not asked",
                        "TopicWatch",
                        "TopicChangesIT.topicIsMadeAnewUnseen_nothingOfTheNewOneIsSkipped(CLASSIC_COOPERATIVE)",
                        "return making == null || intervalNanos == 0 || givenUp;",
                        "return true;"),
                KafkaDefect.of(
                        "a member whose id another has takes it for something else",
                        "SourceFailures",
                        "MembershipIT.twoOfTheSameId_oneStopsWithTheReason_theOtherGoesOn(CLASSIC_EAGER)",
                        "if (find(thrown, FencedInstanceIdException.class) != null",
                        "if (find(thrown, ArithmeticException.class) != null"),
                KafkaDefect.of(
                        "a key that cannot be deserialised is null",
                        "Deserialization",
                        "PoisonIT.poison_inKeyOrHeader_goesToTheDeadLettersWithItsBytes(CONSUMER)",
                        "return decode(keys, \"key\", record.key(), record);",
                        "try { return decode(keys, \"key\", record.key(), record); }"
                                + " catch (RuntimeException e) { return null; }"),
                KafkaDefect.of(
                        "with latest a partition that was added is begun at its end",
                        "StartPositions",
                        "TopicChangesIT.partitionIsAdded_latest_itsFirstRecordsAreHandled(CLASSIC_COOPERATIVE)",
                        "consumer.seekToBeginning(List.of(partition));",
                        ""),
                KafkaDefect.of(
                        "the consumer closes as it likes",
                        "KafkaSession",
                        // eager: who stays loses all for a moment, however soon the other is back
                        "MembershipIT.restart_withinTheSession_getsTheSamePartitions_andDisturbsNobody"
                                + "(CLASSIC_EAGER)",
                        "return CloseOptions.timeout(deadline.left())"
                                + ".withGroupMembershipOperation(settings.membership());",
                        "return CloseOptions.timeout(deadline.left()).withGroupMembershipOperation("
                                + "CloseOptions.GroupMembershipOperation.LEAVE_GROUP);"),
                KafkaDefect.of(
                        "a request may be of any size",
                        "CommitRequests",
                        "CommitSizeIT.fullTextsOfManyPartitions_goInSeveralRequests_ofWhichNoneIsRefused(CONSUMER)",
                        "static final int MAX_BYTES = 700_000;",
                        "static final int MAX_BYTES = Integer.MAX_VALUE;"),
                KafkaDefect.of(
                        "an offset that does not change is not committed again",
                        "engine/Commits",
                        "RecommitIT.nothingChanges_theOffsetsOfAnIdleAndOfABlockedPartitionAreStoredAgain(CONSUMER)",
                        "&& now - assignment.committedNanos >= recommitNanos(assignment, now)",
                        "&& assignment.isOfUnknownAge"),
                KafkaDefect.of(
                                "a transaction of which a record was refused is sent to its end",
                                "OutputTransactions",
                                "ExactlyOnceBrokerIT.brokerFrozenWithTheClientsMemoryFull_commitGivesUpWithTheFirstThatFindsNoRoom",
                                "open.failure.throwIfAny();",
                                "")
                        .patient(10),
                KafkaDefect.of(
                        "a text that was refused is sent again as it is",
                        "engine/Commits",
                        "RefusedTextIT.textIsTooLong_lessOfItIsStored_andWhatItNamesIsNotHandledAgain(CLASSIC_COOPERATIVE, SYNC)",
                        "assignment.metadataLimit = point.metadata().length() / 2;",
                        ""),
                KafkaDefect.of(
                        "a text that was refused is sent again as it is",
                        "engine/Commits",
                        "RefusedTextIT.textIsTooLong_lessOfItIsStored_andWhatItNamesIsNotHandledAgain(CONSUMER, ASYNC)",
                        "assignment.metadataLimit = point.metadata().length() / 2;",
                        ""),
                KafkaDefect.of(
                        "after a text that was refused there is none",
                        "engine/Commits",
                        "RefusedTextIT.textIsTooLong_lessOfItIsStored_andWhatItNamesIsNotHandledAgain(CONSUMER, SYNC)",
                        "assignment.metadataLimit = point.metadata().length() / 2;",
                        "assignment.metadataLimit = 0;"),
                KafkaDefect.of(
                        "what was lost is told as revoked",
                        "Assignment",
                        "LostPartitionsIT.putOutWhileItWorks_isToldThatItLost_andWhatEndsThenCountsForNothing"
                                + "(CLASSIC_COOPERATIVE)",
                        "listener.lost(announced);",
                        "listener.revoked(announced);"),
                KafkaDefect.of(
                        "what was lost is told as revoked",
                        "Assignment",
                        "LostPartitionsIT.withoutPollsPastItsTime_isToldThatItLost_andLowersNothing(CONSUMER)",
                        "listener.lost(announced);",
                        "listener.revoked(announced);"),
                KafkaDefect.of(
                        "a value that cannot be deserialised is null",
                        "Deserialization",
                        "PoisonIT.poison_withDeadLetters_goesThereAtOnceAndTheRestGoesOn(CONSUMER)",
                        "return decode(values, \"value\", record.value(), record);",
                        "try { return decode(values, \"value\", record.value(), record); } catch (RuntimeException e) { return null; }"),
                KafkaDefect.of(
                        "deserialisers are not given the headers",
                        "Deserialization",
                        "PoisonIT.poison_inKeyOrHeader_goesToTheDeadLettersWithItsBytes(CONSUMER)",
                        "return deserializer.deserialize(record.topic(), record.headers(), bytes);",
                        "return deserializer.deserialize(record.topic(), bytes);"),
                KafkaDefect.of(
                        "a foreign text beside an offset is an error",
                        "snapshot/SnapshotCodec",
                        "StartingPositionIT.foreignMetadata_saysNothing_andTheOffsetCounts(CONSUMER)",
                        "if (base < 0 || !isSnapshot(metadata) ||",
                        "if (!isSnapshot(metadata)) { throw new IllegalStateException(metadata); } if (base < 0 ||"),
                KafkaDefect.of(
                        "a foreign text names the record that it stands beside",
                        "snapshot/SnapshotCodec",
                        "StartingPositionIT.foreignMetadata_saysNothing_andTheOffsetCounts(CONSUMER)",
                        "if (base < 0 || !isSnapshot(metadata) ||",
                        "if (!isSnapshot(metadata)) { return new Snapshot(1_000, OffsetRanges.builder().add(base, base + 1).build()); } if (base < 0 ||"),
                KafkaDefect.of(
                        "the starting position is not committed",
                        "engine/Assignment",
                        "StartingPositionIT.latest_startingPositionIsCommitted_soThatARestartMissesNothing(CONSUMER)",
                        "this.epochBelowCommitPoint = -1;",
                        "this.epochBelowCommitPoint = -1; committed = assigned.position();"),
                KafkaDefect.of(
                        "the commit point is the end of what was polled",
                        "ledger/GapLedger",
                        "CommitPointIT.complete_outOfOrder_holdsCommitPoint(CONSUMER)",
                        "return head == tail ? endPosition : chunk(head).offsets[(int) head & CHUNK_SLOTS - 1];",
                        "return endPosition;"),
                KafkaDefect.of(
                        "a dead letter finishes its record before it is acknowledged",
                        "engine/DeadLetters",
                        "DeadLetterIT.exhausted_notAcknowledgedYet_holdsTheCommitPoint(CONSUMER)",
                        "CompletionStage<?> stage; try {",
                        "answer(delivery, answered, null); CompletionStage<?> stage; try {"),
                KafkaDefect.of(
                        "a dead letter counts as stored when it is sent",
                        "KafkaDeadLetters",
                        "SecurityIT.deadLetterTopicMayBeSeenButNotWritten_isNamedAndTheRecordStaysUnfinished",
                        "current.send(record, (metadata, thrown) -> {",
                        "stored.complete(null); current.send(record, (metadata, thrown) -> {"),
                KafkaDefect.of(
                        "a group that is denied is not named",
                        "SourceFailures",
                        "SecurityIT.groupDenied_isNamed(CONSUMER)",
                        "if (group != null) {",
                        "if (group != null && topics != null) {"),
                KafkaDefect.of(
                        "what the consumer is made with is logged",
                        "KafkaSourceBuilder",
                        "SecurityIT.tlsAndScram_readsCommitsAndWritesDeadLetters(CONSUMER)",
                        "checkForms(problems);",
                        "checkForms(problems); org.slf4j.LoggerFactory.getLogger(KafkaSource.class).warn(\"made with {}\", properties);"),
                KafkaDefect.of(
                        "a member that ends stays in the group",
                        "KafkaSession",
                        "RestartIT.close_handlerThatNeverEnds_returnsInBoundedTimeAndLeavesTheGroup(CLASSIC_COOPERATIVE)",
                        "withGroupMembershipOperation(settings.membership())",
                        "withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP)"),
                KafkaDefect.of(
                                "a damaged batch is not known as one",
                                "Damage",
                                "DamagedLogIT.damagedBatch_stopsWithTheReason_thenIsPassedByIfThatIsWanted(CONSUMER)",
                                "if (!(thrown instanceof KafkaException) || thrown.getMessage() == null) {",
                                "if (true) {")
                        .patient(15),
                KafkaDefect.of(
                                "a position that moved back forgets what is not finished below it",
                                "Delivery",
                                "DamagedLogIT.truncatedUnderAReader_aboveARecordThatIsOpen_goesBackToIt(CONSUMER)",
                                "if (partition.committed >= position) {",
                                "if (position >= 0) {")
                        .patient(15),
                KafkaDefect.of(
                                "a position that went back is not seen",
                                "Delivery",
                                "DamagedLogIT.truncatedUnderAReader_movesBack_tellsIt_andBeginsANewLedgerThere(CONSUMER)",
                                "if (position < partition.next) {",
                                "if (position < 0) {")
                        .patient(15),
                KafkaDefect.of(
                        "a commit that gets no answer is not cut by topics",
                        "KafkaCommitter",
                        "TopicChangesIT.topicVanishes_whatEndsAfterwards_isCommittedForTheOther(CLASSIC_COOPERATIVE)",
                        "case SOME_TOPIC, NO_ANSWER -> topics > 1;",
                        "case SOME_TOPIC, NO_ANSWER -> false;"),
                KafkaDefect.of(
                        "a rebalance waits for nothing and answers nobody",
                        "engine/Rebalancer",
                        "RebalanceIT.join_handlersRunning_areWaitedForAndCommittedBeforeThePartitionMoves(CONSUMER)",
                        "waited ? 0 : Math.min(",
                        "waited ? 0 : 0 & Math.min(",
                        "whileWaiting.run();",
                        ""),
                KafkaDefect.of(
                        "what is revoked is fenced before it is waited for",
                        "engine/Rebalancer",
                        "RebalanceIT.join_handlersRunning_areWaitedForAndCommittedBeforeThePartitionMoves(CONSUMER)",
                        "leaving.forEach(assignment -> assignment.revoking = true);",
                        "leaving.forEach(assignment -> assignment.revoking = true);"
                                + " leaving.forEach(assignment -> assignment.phase = Assignment.DEAD);"),
                KafkaDefect.of(
                                "who closes does not poll",
                                "engine/Engine",
                                "RebalanceIT.join_whileAnotherCloses_isNotHeldUpByItsHandlers(CLASSIC_COOPERATIVE)",
                                "if (sourceBroken) { shared.workers.await(",
                                "if (sourceBroken || isStopping()) { shared.workers.await(")
                        .patient(10),
                KafkaDefect.of(
                                "who closes does not poll",
                                "engine/Engine",
                                "RebalanceIT.join_whileAnotherCloses_isNotHeldUpByItsHandlers(CONSUMER)",
                                "if (sourceBroken) { shared.workers.await(",
                                "if (sourceBroken || isStopping()) { shared.workers.await(")
                        .patient(10),
                KafkaDefect.of(
                                "what waits for a retry keeps its key when its partition goes",
                                "engine/Failures",
                                "ReturningPartitionIT.comesBack_whatSatOnItsKeys_holdsNothingUp_andIsNotOvertaken"
                                        + "(CLASSIC_EAGER)",
                                "for (Delivery delivery : assignment.retrying.keySet()) {"
                                        + " abandonWaiting(assignment, delivery); }",
                                "")
                        .patient(15),
                KafkaDefect.of(
                                "what is parked keeps its key when its partition goes",
                                "engine/Failures",
                                "ReturningPartitionIT.comesBack_whatSatOnItsKeys_holdsNothingUp_andIsNotOvertaken"
                                        + "(CONSUMER)",
                                "for (Delivery delivery : assignment.parked) { letGo(assignment, delivery); }",
                                "")
                        .patient(15),
                KafkaDefect.of(
                                "keys are forgotten with the assignment",
                                "engine/Assignments",
                                "ReturningPartitionIT.comesBack_whatSatOnItsKeys_holdsNothingUp_andIsNotOvertaken"
                                        + "(CLASSIC_COOPERATIVE)",
                                "return live.remove(partition);",
                                "lanes.remove(partition); return live.remove(partition);")
                        .patient(15),
                KafkaDefect.of(
                                "keys are forgotten with the assignment",
                                "engine/Assignments",
                                "ReturningPartitionIT.comesBack_whatSatOnItsKeys_holdsNothingUp_andIsNotOvertaken"
                                        + "(CONSUMER)",
                                "return live.remove(partition);",
                                "lanes.remove(partition); return live.remove(partition);")
                        .patient(15),
                KafkaDefect.of(
                                "a record starts although its assignment is over",
                                "engine/Attempts",
                                "ReturningPartitionIT.comesBack_whatWasBufferedBefore_isNotBegun_andTheCommitStays"
                                        + "(CONSUMER)",
                                "if (assignment.phase != Assignment.LIVE) {",
                                "if (assignment.phase == 77) {")
                        .patient(15),
                KafkaDefect.of(
                                "a rebalance in progress is taken for a refusal",
                                "CommitFailure",
                                "HangingRebalanceIT.rebalanceDoesNotEnd_workGoesOn_andItsCommitsAreMadeAgainUntilItDoes",
                                "if (thrown instanceof RebalanceInProgressException || thrown",
                                "if (thrown")
                        .patient(15),
                KafkaDefect.of(
                                "a commit that failed counts as made",
                                "engine/Commits",
                                "HangingRebalanceIT.rebalanceDoesNotEnd_workGoesOn_andItsCommitsAreMadeAgainUntilItDoes",
                                "default -> { retrySoon = true; retryNanos = now + RETRY_NANOS;"
                                        + " assignment.unsure = true;",
                                "default -> { assignment.committed = point.offset(); retrySoon = true;"
                                        + " retryNanos = now + RETRY_NANOS;")
                        .patient(15),
                KafkaDefect.of(
                        "a text names one offset too many",
                        "ledger/GapLedger",
                        "RestartIT.start_afterStopWithGap_resumesExactlyAtTheCommittedOffset(CONSUMER)",
                        "return runs.add(offsets[first], offsets[last] + 1);",
                        "return runs.add(offsets[first], offsets[last] + 2);"),
                KafkaDefect.of(
                        "a failed record is completed",
                        "engine/Failures",
                        "FailingRecordIT.fail_always_parksHoldsTheCommitPointAndComesAgainAfterRestart(CONSUMER)",
                        "retryLater(delivery, nanos(delay)); }",
                        "finisher.finish(delivery, RecordOutcome.SKIPPED, startedNanos, now);"
                                + " shared.moveOn(delivery); }"),
                KafkaDefect.of(
                        "no key is a key",
                        "engine/Intake",
                        "KeyOrderIT.handle_recordsWithoutKey_doNotWaitForEachOther",
                        "return key == null ? null : lanes.lane(key);",
                        "return lanes.lane(key == null ? \"\" : key);"),
                KafkaDefect.of(
                                "keys that are arrays are compared by identity",
                                "schedule/LaneTable",
                                "KeyOrderIT.handle_thousandKeysHundredAtOnce_eachKeyInOrderAndAlone(CONSUMER)",
                                "return a instanceof byte[] left && b instanceof byte[] right"
                                        + " ? Arrays.equals(left, right) : b.equals(a);",
                                "return b.equals(a);")
                        .patient(30),
                KafkaDefect.of(
                        "who is busy does not poll",
                        "engine/Engine",
                        "SlowHandlerIT.handle_longerThanMaxPollInterval_keepsItsPartitions(CONSUMER)",
                        "if (sourceBroken) { shared.workers.await(",
                        "if (sourceBroken || shared.workers.inside(null) > 0) { shared.workers.await("),
                KafkaDefect.of(
                                "the next record is the one at the next offset",
                                "ledger/GapLedger",
                                "PositionsIT.compactedHoles_doNotHoldTheCommitPoint_andAreNoMoves(CONSUMER)",
                                "if (offset <= lastOffset) {",
                                "if (offset != lastOffset + 1) {")
                        .patient(20),
                KafkaDefect.of(
                        "interceptors are left out",
                        "ConsumerProperties",
                        "ClientCareIT.interceptorAndClientId_areRespected(CONSUMER)",
                        "Map<String, Object> all = new HashMap<>(given);",
                        "Map<String, Object> all = new HashMap<>(given); all.remove(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG);"),
                KafkaDefect.of(
                        "the client's name is left out",
                        "ConsumerProperties",
                        "ClientCareIT.interceptorAndClientId_areRespected(CONSUMER)",
                        "Map<String, Object> all = new HashMap<>(given);",
                        "Map<String, Object> all = new HashMap<>(given); all.remove(ConsumerConfig.CLIENT_ID_CONFIG);"),
                KafkaDefect.of(
                        "the assignor is left out",
                        "ConsumerProperties",
                        "ClientCareIT.customAssignor_isAsked",
                        "Map<String, Object> all = new HashMap<>(given);",
                        "Map<String, Object> all = new HashMap<>(given); all.remove(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG);"),
                KafkaDefect.of(
                        "the consumer is not made by the user's factory",
                        "KafkaSourceBuilder",
                        "ClientCareIT.kafkaClientMetrics_canBeBound(CONSUMER)",
                        "if (factory != null) {",
                        "if (false) {"));
    }
}
