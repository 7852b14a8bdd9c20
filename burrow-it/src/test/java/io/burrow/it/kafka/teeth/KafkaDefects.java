package io.burrow.it.kafka.teeth;

import java.util.List;

/** For each test on a real broker the guard that it is there for, taken out. */
final class KafkaDefects {
    private KafkaDefects() {}

    static List<KafkaDefect> all() {
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
                        "return sinceNanos() >= maxPollIntervalNanos;",
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
                        "if (first < partition.next || jumped) {",
                        "if (first < partition.next) {"),
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
                        "MembershipIT.restart_withinTheSession_getsTheSamePartitions_andDisturbsNobody"
                                + "(CLASSIC_COOPERATIVE)",
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
                KafkaDefect.inCore(
                        "a text that was refused is sent again as it is",
                        "engine.Commits",
                        "RefusedTextIT.textIsTooLong_lessOfItIsStored_andWhatItNamesIsNotHandledAgain(CLASSIC_COOPERATIVE, SYNC)",
                        "assignment.metadataLimit = point.metadata().length() / 2;",
                        ""),
                KafkaDefect.inCore(
                        "a text that was refused is sent again as it is",
                        "engine.Commits",
                        "RefusedTextIT.textIsTooLong_lessOfItIsStored_andWhatItNamesIsNotHandledAgain(CONSUMER, ASYNC)",
                        "assignment.metadataLimit = point.metadata().length() / 2;",
                        ""),
                KafkaDefect.inCore(
                        "after a text that was refused there is none",
                        "engine.Commits",
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
                        "listener.revoked(announced);"));
    }
}
