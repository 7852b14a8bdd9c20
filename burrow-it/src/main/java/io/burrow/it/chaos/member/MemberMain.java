package io.burrow.it.chaos.member;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * A process with members of the group, which does what it reads, a line each, and halts when its standard input ends:
 *
 * <pre>
 *   join NAME             starts a member
 *   leave NAME            closes it, and answers "left NAME"
 *   slow MILLIS RECORDS   makes the next handlers slow
 *   show                  writes the threads and the members to standard error
 * </pre>
 */
public final class MemberMain {

    private static final int PARENT_IS_GONE = 3;

    private final MemberSettings settings;
    private final ConsumerMaker consumers;
    private final PauseMeter pauses = PauseMeter.start();
    private final NotedHandler.Slowness slowness = new NotedHandler.Slowness();
    private final Map<String, Member> members = new ConcurrentHashMap<>();
    private final Set<Thread> before = new HashSet<>();

    private MemberMain(MemberSettings settings, ConsumerMaker consumers) {
        this.settings = settings;
        this.consumers = consumers;
    }

    /**
     * Runs until standard input ends.
     *
     * @param arguments those of {@link MemberSettings#arguments()}
     * @throws IOException if a history cannot be written
     */
    public static void main(String[] arguments) throws IOException {
        run(arguments, WatchedConsumer::new);
    }

    /** The same with other consumers, which a test may spoil. */
    static void run(String[] arguments, ConsumerMaker consumers) throws IOException {
        new MemberMain(MemberSettings.parse(arguments), consumers).obey();
        Runtime.getRuntime().halt(PARENT_IS_GONE);
    }

    private void obey() throws IOException {
        before.addAll(Thread.getAllStackTraces().keySet());
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            String[] words = line.split(" ");
            switch (words[0]) {
                case "join" -> {
                    Member member = new Member(settings, words[1], slowness, pauses, consumers);
                    members.put(words[1], member);
                    member.join();
                }
                case "leave" -> leave(words[1]);
                case "slow" -> slowness.set(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
                case "show" -> show();
                default -> throw new IllegalArgumentException("not understood: " + line);
            }
        }
    }

    private void leave(String name) {
        Member member = members.get(name);
        if (member != null) {
            member.leave(notOf(member), () -> {
                members.remove(name);
                System.out.println("left " + name);
                System.out.flush();
            });
        }
    }

    /** Threads that may stay when a member has left: as long as there are others, all that do not bear its name. */
    private Predicate<Thread> notOf(Member member) {
        return each -> before.contains(each)
                || each.getName().equals("director")
                || each.getName().startsWith("ForkJoinPool")
                || each.getThreadGroup() == null
                || !"main".equals(each.getThreadGroup().getName())
                || members.size() > 1 && !member.owns(each);
    }

    private void show() {
        members.values().forEach(member -> member.show(System.err));
        Thread.getAllStackTraces().forEach((thread, trace) -> {
            System.err.println(thread);
            for (StackTraceElement each : trace) {
                System.err.println("    at " + each);
            }
        });
        System.err.flush();
    }
}
