package io.burrow.it.chaos;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * What is to be done in a phase: rounds of faults, each followed by a time to heal. The same arguments give the same
 * plan; what comes of it differs, since processes and brokers do not keep to a seed.
 *
 * @param rounds one after the other
 */
record FaultPlan(List<List<Fault>> rounds) {

    /** So long a round may be; after each one everything has to heal. */
    private static final int ROUND_MILLIS = 25_000;
    /** What is kept of a round for healing. */
    private static final int HEALING_MILLIS = 6_000;

    private static final int LEAST_BETWEEN_MILLIS = 600;
    private static final int MOST_BETWEEN_MILLIS = 2_400;

    /** Copies the lists. */
    FaultPlan {
        rounds = rounds.stream().map(List::copyOf).toList();
    }

    static FaultPlan of(long seed, int brokers, Duration duration) {
        Random random = new Random(seed);
        Deque<FaultKind> deck = new ArrayDeque<>();
        int millis = (int) Math.min(Integer.MAX_VALUE, duration.toMillis());
        int count = Math.max(1, (millis + ROUND_MILLIS / 2) / ROUND_MILLIS);
        int length = Math.max(1_000, millis / count - HEALING_MILLIS);
        List<List<Fault>> rounds = new ArrayList<>();
        int number = 1;
        for (int round = 0; round < count; round++) {
            List<Fault> faults = new ArrayList<>();
            int at = random.nextInt(MOST_BETWEEN_MILLIS);
            while (at < length) {
                FaultKind kind = draw(deck, brokers, random);
                int lasts = kind.leastMillis() + random.nextInt(kind.mostMillis() - kind.leastMillis() + 1);
                faults.add(new Fault(number++, kind, at, lasts, random.nextInt(1_000), random.nextLong()));
                at += LEAST_BETWEEN_MILLIS + random.nextInt(MOST_BETWEEN_MILLIS - LEAST_BETWEEN_MILLIS);
            }
            rounds.add(faults);
        }
        return new FaultPlan(rounds);
    }

    /** Like cards: each kind comes once before any comes again. */
    private static FaultKind draw(Deque<FaultKind> deck, int brokers, Random random) {
        if (deck.isEmpty()) {
            List<FaultKind> kinds = new ArrayList<>(Arrays.stream(FaultKind.values())
                    .filter(kind -> kind.fits(brokers))
                    .toList());
            Collections.shuffle(kinds, random);
            deck.addAll(kinds);
        }
        return deck.removeFirst();
    }
}
