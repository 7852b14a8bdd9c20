package io.burrow.it.kafka.teeth;

import java.util.List;

/** The guards of a member of a group: in the client's callbacks, against its wakeups, when it is refused or closed. */
final class MemberDefects {
    private MemberDefects() {}

    static List<KafkaDefect> all() {
        return List.of(
                KafkaDefect.of(
                        "what is thrown in a callback is thrown into the client",
                        "Assignment",
                        "RebalanceCallbacksIT.assigned_theEngineThrows_soDoesThePoll_andThePartitionIsReadAllTheSame"
                                + "(CLASSIC_EAGER)",
                        "} catch (Throwable t) { remember(t); }",
                        "} catch (ArithmeticException t) { remember(t); }"),
                KafkaDefect.of(
                        "what is thrown in a callback is thrown into the client",
                        "Assignment",
                        "RebalanceCallbacksIT.assigned_theEngineThrows_soDoesThePoll_andThePartitionIsReadAllTheSame"
                                + "(CLASSIC_COOPERATIVE)",
                        "} catch (Throwable t) { remember(t); }",
                        "} catch (ArithmeticException t) { remember(t); }"),
                KafkaDefect.of(
                        "what is thrown in a callback is thrown into the client",
                        "Assignment",
                        "RebalanceCallbacksIT.assigned_theEngineThrows_soDoesThePoll_andThePartitionIsReadAllTheSame"
                                + "(CONSUMER)",
                        "} catch (Throwable t) { remember(t); }",
                        "} catch (ArithmeticException t) { remember(t); }"),
                KafkaDefect.of(
                        "what is thrown in a callback is thrown into the client",
                        "Assignment",
                        "RebalanceCallbacksIT"
                                + ".assigned_theEngineThrowsAnError_soDoesThePoll_andThePartitionIsReadAllTheSame"
                                + "(CONSUMER)",
                        "} catch (Throwable t) { remember(t); }",
                        "} catch (ArithmeticException t) { remember(t); }"),
                KafkaDefect.of(
                        "what is thrown in a callback is thrown into the client",
                        "Assignment",
                        "RebalanceCallbacksIT.revoked_theEngineThrows_soDoesThePoll_andTheOtherMemberGetsItAllTheSame"
                                + "(CLASSIC_COOPERATIVE)",
                        "} catch (Throwable t) { remember(t); }",
                        "} catch (ArithmeticException t) { remember(t); }"),
                KafkaDefect.of(
                        "what is thrown in a callback is thrown into the client",
                        "Assignment",
                        "RebalanceCallbacksIT.revoked_theEngineThrows_soDoesThePoll_andTheOtherMemberGetsItAllTheSame"
                                + "(CONSUMER)",
                        "} catch (Throwable t) { remember(t); }",
                        "} catch (ArithmeticException t) { remember(t); }"),
                KafkaDefect.of(
                        "who is being closed owns nothing any more",
                        "KafkaSession",
                        "RebalanceCallbacksIT.close_takesAllAwayFirst_andWhatIsCommittedWithinIsStored(CLASSIC_EAGER)",
                        "try { closeConsumer(deadline); } catch (RuntimeException e) {",
                        "try { commits.closed(); closeConsumer(deadline); } catch (RuntimeException e) {"),
                KafkaDefect.of(
                        "who is being closed owns nothing any more",
                        "KafkaSession",
                        "RebalanceCallbacksIT.close_takesAllAwayFirst_andWhatIsCommittedWithinIsStored(CONSUMER)",
                        "try { closeConsumer(deadline); } catch (RuntimeException e) {",
                        "try { commits.closed(); closeConsumer(deadline); } catch (RuntimeException e) {"),
                KafkaDefect.of(
                                "the client is taken to remember what is paused",
                                "Assignment",
                                "PauseFlagsIT.rebalance_whatIsPaused_isPausedInTheClientAnew_andNotFetched"
                                        + "(CLASSIC_EAGER)",
                                "private boolean heldBack;",
                                "private boolean heldBack;"
                                        + " private final Set<org.apache.kafka.common.TopicPartition> asked = new HashSet<>();",
                                "paused = consumer.paused();",
                                "paused = asked;",
                                "consumer.pause(toPause);",
                                "consumer.pause(toPause); asked.addAll(toPause);",
                                "consumer.resume(toResume);",
                                "consumer.resume(toResume); asked.removeAll(toResume);")
                        .patient(15),
                KafkaDefect.of(
                                "what comes while all is paused is paused at the next turn",
                                "engine/Rebalancer",
                                "PauseFlagsIT.rebalanceWhileTheUserPauses_nothingIsFetched(CLASSIC_EAGER)",
                                "afterAssigned.run();",
                                "")
                        .patient(15),
                KafkaDefect.of(
                                "a commit that a wakeup strikes has failed",
                                "Wakeups",
                                "WakeupsIT.revoked_aWakeupStrikesTheCommit_whichIsMadeAllTheSame(CLASSIC_EAGER)",
                                "} catch (WakeupException e) { if (ended.getAsBoolean()) { throw e; } requested.set(true); struck = e; }",
                                "}")
                        .patient(15),
                KafkaDefect.of(
                                "a commit that a wakeup strikes has failed",
                                "Wakeups",
                                "WakeupsIT.revoked_aWakeupStrikesTheCommit_whichIsMadeAllTheSame(CLASSIC_COOPERATIVE)",
                                "} catch (WakeupException e) { if (ended.getAsBoolean()) { throw e; } requested.set(true); struck = e; }",
                                "}")
                        .patient(15),
                KafkaDefect.of(
                                "a commit that a wakeup strikes has failed",
                                "Wakeups",
                                "WakeupsIT.revoked_aWakeupStrikesTheCommit_whichIsMadeAllTheSame(CONSUMER)",
                                "} catch (WakeupException e) { if (ended.getAsBoolean()) { throw e; } requested.set(true); struck = e; }",
                                "}")
                        .patient(15),
                KafkaDefect.of(
                                "the client is woken within a callback",
                                "Wakeups",
                                "WakeupsIT.revoked_wokenWithin_theCommitIsNotDisturbed_andThePollEnds(CONSUMER)",
                                "boolean waited = waiting; waiting = false;",
                                "boolean waited = waiting;")
                        .patient(15),
                KafkaDefect.of(
                                "the client is woken within a callback",
                                "Wakeups",
                                "WakeupsIT.revoked_wokenWithin_theCommitIsNotDisturbed_andThePollEnds(CLASSIC_EAGER)",
                                "boolean waited = waiting; waiting = false;",
                                "boolean waited = waiting;")
                        .patient(15),
                KafkaDefect.of(
                                "a wakeup within a callback is forgotten after it",
                                "Wakeups",
                                "WakeupsIT.revoked_wokenWithin_theCommitIsNotDisturbed_andThePollEnds"
                                        + "(CLASSIC_COOPERATIVE)",
                                "if (waited && requested.get()) {",
                                "if (false) {")
                        .patient(10),
                KafkaDefect.of(
                                "a wakeup within a callback is forgotten after it",
                                "Wakeups",
                                "WakeupsIT.revoked_wokenWithin_theCommitIsNotDisturbed_andThePollEnds(CONSUMER)",
                                "if (waited && requested.get()) {",
                                "if (false) {")
                        .patient(10),
                KafkaDefect.of(
                        "a commit is made with the interrupt",
                        "Wakeups",
                        // the other protocol does not look at it when the answer was quick
                        "WakeupsIT.commit_interrupted_isMadeAllTheSame_andTheInterruptIsKept(CLASSIC_COOPERATIVE)",
                        "boolean interrupted = Thread.interrupted();",
                        "boolean interrupted = false;",
                        "} catch (InterruptException e) { interrupted = true; struck = e; Thread.interrupted();",
                        "} catch (InterruptException e) { if (!interrupted) { throw e; } struck = e;"),
                KafkaDefect.of(
                        "an epoch that is old is taken for a refusal of the partition",
                        "CommitFailure",
                        "FencedCommitIT.epochIsOld_theClientTellsItAsItIsUnlessItWaits_andItIsToBeMadeAgain",
                        "|| thrown instanceof StaleMemberEpochException",
                        ""),
                KafkaDefect.of(
                        "a commit that failed since the group goes on without the member is a refusal of the partition",
                        "CommitFailure",
                        "FencedCommitIT.notAMemberAnyMore_theClientTellsItAsAFailedCommit_andItIsToBeMadeAgain",
                        "if (thrown instanceof CommitFailedException || thrown",
                        "if (thrown"),
                KafkaDefect.of(
                        "a commit that failed since the group goes on without the member is a refusal of the partition",
                        "CommitFailure",
                        "FencedCommitIT.putOut_theClientTellsItAsAFailedCommit_andItIsToBeMadeAgain"
                                + "(CLASSIC_COOPERATIVE)",
                        "if (thrown instanceof CommitFailedException || thrown",
                        "if (thrown"),
                KafkaDefect.of(
                        "a commit of which a partition is refused is not cut",
                        "KafkaCommitter",
                        "PartlyRefusedCommitIT.onePartitionIsRefused_theOthersAreStored_andItIsKnownWhich(CONSUMER)",
                        "case SOME_PARTITION -> partitions > 1;",
                        "case SOME_PARTITION -> false;"),
                KafkaDefect.of(
                        "after a commit that was refused without waiting the next one is sent as before",
                        "KafkaCommitter",
                        "PartlyRefusedCommitIT.onePartitionIsRefused_withoutWaiting_theNextCommitTellsWhich"
                                + "(CLASSIC_COOPERATIVE)",
                        "careful = true;",
                        ""),
                KafkaDefect.of(
                        "the client closes in its own time",
                        "KafkaSession",
                        "CloseBoundIT.brokerFrozen_thenGone_closeReturnsWithinItsTime(CLASSIC_COOPERATIVE)",
                        "return CloseOptions.timeout(deadline.left()).withGroupMembershipOperation(settings.membership());",
                        "return CloseOptions.groupMembershipOperation(settings.membership());"),
                KafkaDefect.of(
                        "a commit that is not answered before the close is never told of",
                        "KafkaSession",
                        "CloseBoundIT.brokerFrozen_thenGone_closeReturnsWithinItsTime(CLASSIC_COOPERATIVE)",
                        "committer.abandon();",
                        ""),
                KafkaDefect.of(
                                "what is not announced is fetched",
                                "Assignment",
                                "UnknownStartIT.brokerSilentDuringTheCallback_nothingIsFetchedBeforeTheStartIsKnown"
                                        + "_andNothingIsSkipped(CLASSIC_COOPERATIVE)",
                                "|| !partition.announced || partition.waiting",
                                "|| partition.waiting")
                        .patient(20),
                KafkaDefect.of(
                                "what was not answered in time is not asked again",
                                "Assignment",
                                "UnknownStartIT.brokerSilentDuringTheCallback_nothingIsFetchedBeforeTheStartIsKnown"
                                        + "_andNothingIsSkipped(CONSUMER)",
                                "if (!rest.isEmpty() && failure == null) {",
                                "if (false) {")
                        .patient(20));
    }
}
