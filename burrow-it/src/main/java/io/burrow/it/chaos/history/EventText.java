package io.burrow.it.chaos.history;

import io.burrow.it.chaos.history.Event.Assigned;
import io.burrow.it.chaos.history.Event.Assigning;
import io.burrow.it.chaos.history.Event.Built;
import io.burrow.it.chaos.history.Event.Closed;
import io.burrow.it.chaos.history.Event.Committed;
import io.burrow.it.chaos.history.Event.DeadLettered;
import io.burrow.it.chaos.history.Event.Ended;
import io.burrow.it.chaos.history.Event.Failed;
import io.burrow.it.chaos.history.Event.GaveUp;
import io.burrow.it.chaos.history.Event.LatePoll;
import io.burrow.it.chaos.history.Event.Lost;
import io.burrow.it.chaos.history.Event.PollGap;
import io.burrow.it.chaos.history.Event.Reset;
import io.burrow.it.chaos.history.Event.Revoked;
import io.burrow.it.chaos.history.Event.Started;
import io.burrow.it.chaos.history.Event.Unanswered;
import java.util.Arrays;
import java.util.List;

/** An event as a line of words, and back. The first word is the kind, the second the time. */
final class EventText {

    private EventText() {}

    static String of(Event event) {
        String head = event.getClass().getSimpleName() + " " + event.micros();
        if (event instanceof Started e) {
            return head + " " + e.partition() + " " + e.offset() + " " + e.attempt() + " " + e.key();
        } else if (event instanceof Ended e) {
            return head + " " + e.partition() + " " + e.offset();
        } else if (event instanceof Failed e) {
            return head + " " + e.partition() + " " + e.offset();
        } else if (event instanceof DeadLettered e) {
            return head + " " + e.partition() + " " + e.offset();
        } else if (event instanceof Committed e) {
            return head + " " + e.partition() + " " + e.offset();
        } else if (event instanceof Unanswered e) {
            return head + " " + e.partition() + " " + e.offset();
        } else if (event instanceof Assigning e) {
            return head + " " + e.partition();
        } else if (event instanceof Assigned e) {
            return head + " " + e.partition();
        } else if (event instanceof Revoked e) {
            return head + " " + e.partition();
        } else if (event instanceof Lost e) {
            return head + " " + e.partition();
        } else if (event instanceof Reset e) {
            return head + " " + e.partition() + " " + e.from() + " " + e.to();
        } else if (event instanceof PollGap e) {
            return head + " " + e.millis();
        } else if (event instanceof LatePoll e) {
            return head + " " + e.millis();
        } else if (event instanceof GaveUp e) {
            return head + " " + word(e.code());
        } else if (event instanceof Closed e) {
            StringBuilder line = new StringBuilder(head + " " + e.clean() + " " + e.late());
            e.threads().forEach(thread -> line.append(' ').append(word(thread)));
            return line.toString();
        }
        return head;
    }

    static Event parse(String line) {
        String[] words = line.split(" ");
        try {
            long micros = Long.parseLong(words[1]);
            return switch (words[0]) {
                case "Built" -> new Built(micros);
                case "Assigning" -> new Assigning(micros, partition(words));
                case "Assigned" -> new Assigned(micros, partition(words));
                case "Revoked" -> new Revoked(micros, partition(words));
                case "Lost" -> new Lost(micros, partition(words));
                case "Reset" -> new Reset(micros, partition(words), number(words, 3), number(words, 4));
                case "Started" ->
                    new Started(micros, partition(words), number(words, 3), Integer.parseInt(words[4]), words[5]);
                case "Ended" -> new Ended(micros, partition(words), number(words, 3));
                case "Failed" -> new Failed(micros, partition(words), number(words, 3));
                case "DeadLettered" -> new DeadLettered(micros, partition(words), number(words, 3));
                case "Committed" -> new Committed(micros, partition(words), number(words, 3));
                case "Unanswered" -> new Unanswered(micros, partition(words), number(words, 3));
                case "PollGap" -> new PollGap(micros, number(words, 2));
                case "LatePoll" -> new LatePoll(micros, number(words, 2));
                case "GaveUp" -> new GaveUp(micros, words[2]);
                case "Closed" ->
                    new Closed(
                            micros,
                            Boolean.parseBoolean(words[2]),
                            Boolean.parseBoolean(words[3]),
                            List.copyOf(Arrays.asList(words).subList(4, words.length)));
                default -> throw new IllegalArgumentException("not an event: " + line);
            };
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException broken) {
            throw new IllegalArgumentException("not an event: " + line, broken);
        }
    }

    private static int partition(String[] words) {
        return Integer.parseInt(words[2]);
    }

    private static long number(String[] words, int index) {
        return Long.parseLong(words[index]);
    }

    private static String word(String text) {
        return text.replace(' ', '_');
    }
}
