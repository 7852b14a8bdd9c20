package io.burrow.it.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.burrow.it.broker.Await;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.Keys;

/** What somebody sees who opens the page, and that it asks for nothing from elsewhere. */
@ExtendWith(NeedsChromium.class)
@Timeout(180)
class PageIT {
    private static final String LIVE = "#link[data-link=live]";

    private final Shown shown = new Shown();
    private final Chromium browser = Chromium.start();

    @AfterEach
    void close() {
        browser.close();
        shown.close();
    }

    private void open(int width, boolean dark) {
        browser.look(width, 900, dark);
        browser.open(shown.page());
        Await.until("the first news", Shown.LIMIT, () -> browser.shows(LIVE));
    }

    private void await(String what, String selector) {
        Await.until(what, Shown.LIMIT, () -> browser.shows(selector));
    }

    private static String row(String name) {
        return ".item:has(#burrow-" + name.substring(0, name.lastIndexOf('-')) + "-" + name + ")";
    }

    private List<String> rows() {
        return browser.text(".item .toggle").lines().toList();
    }

    private long number(String script, Object... arguments) {
        return ((Number) browser.run("return " + script, arguments)).longValue();
    }

    @Test
    void page_loadsWithoutAnError_andAsksThisServerAlone() throws Exception {
        shown.flowing("orders");
        open(1280, false);
        await("the rows", row("orders-3"));

        assertThat(browser.console()).isEmpty();
        List<String> asked = new ArrayList<>();
        for (String request : browser.requests()) {
            asked.add(new ObjectMapper()
                    .readTree(request)
                    .at("/message/params/request/url")
                    .asText());
        }
        assertThat(asked)
                .contains(shown.page().toString(), shown.page() + "page.js", shown.page() + "events")
                .allMatch(url -> url.startsWith(shown.page().toString()));
    }

    @Test
    void partitions_areRows_andNewsComeWithoutReloading() {
        shown.flowing("orders");
        open(1280, false);
        await("the rows", row("orders-3"));

        assertThat(number("document.querySelectorAll('[data-burrow=orders] .item').length"))
                .isEqualTo(4);
        assertThat(browser.text("[data-burrow=orders] .badge")).isEqualTo("Running");
        browser.run("window.unchanged = true");
        String commitPoint = browser.text(row("orders-0") + " .commit");
        Await.until(
                "the commit point to move",
                Shown.LIMIT,
                () -> !browser.text(row("orders-0") + " .commit").equals(commitPoint));
        Await.until(
                "a rate", Shown.LIMIT, () -> browser.text("[data-tile=rate] dd").matches("(?s)[1-9].*per second"));
        Await.until(
                "something finished to be drawn",
                Shown.LIMIT,
                () -> number("new Set(document.querySelector('[data-burrow=orders] canvas').getContext('2d')"
                                + ".getImageData(0, 5, 100, 1).data).size")
                        > 4);
        assertThat(browser.run("return window.unchanged")).as("the same page").isEqualTo(true);
    }

    @Test
    void gapThatIsHeld_showsWithItsReason_andWhatToDo() {
        shown.held("orders");
        open(1280, false);
        await("the parked record", row("orders-0") + "[data-tone=held]");
        await("the failing one", row("orders-1") + "[data-tone=held]");
        await("the stuck one", row("orders-2") + "[data-blocked=held_by_stuck]");

        assertThat(browser.text("[data-burrow=orders] .badge")).isEqualTo("Running, needs attention");
        assertThat(browser.text(row("orders-0"))).contains("Held by parked records");
        assertThat(browser.text(row("orders-1"))).contains("Held by retries");
        assertThat(browser.text(row("orders-2"))).contains("Held by a handler that is stuck");
        assertThat(browser.text(".note:nth-child(2)"))
                .contains("orders-0", "Offset 40 holds the commit point", "java.lang.IllegalArgumentException")
                .contains("What to do:", "retryParked(partition, offset)");
        assertThat(browser.text(".note:nth-child(3)"))
                .contains("orders-1", "Offset 60 holds the commit point", "java.net.ConnectException")
                .contains("the next is due in 4 min");
        assertThat(browser.text(".note:nth-child(1)")).contains("orders-2", "offset 80", "Take a thread dump");
        assertThat(number("document.querySelectorAll('.note').length")).isEqualTo(3);
        assertThat(rows()).as("the worst first").containsExactly("orders-2", "orders-0", "orders-1");

        browser.click(".note:nth-child(3) a");
        await("the row that the note leads to", "#burrow-orders-orders-1-more");
        assertThat(browser.run("return document.activeElement.id")).isEqualTo("burrow-orders-orders-1");
        assertThat(browser.text(row("orders-1")))
                .contains("Offset 60, which holds the commit point", "61", "java.net.ConnectException");
        assertThat(browser.text("[data-tile=oldest] dd")).containsPattern("orders-[012]@[468]0");
        assertThat(browser.text("[data-tile=parked] dd")).isEqualTo("1");
        assertThat(browser.text("[data-tile=retrying] dd")).isEqualTo("2");
        assertThat(browser.text("body")).doesNotContain("canary").doesNotContain("not for the page");

        shown.letGo();
        await("the stuck one to go on", row("orders-2") + "[data-blocked=waiting_for_data]");
        assertThat(browser.text(".note a")).contains("orders-0", "orders-1").doesNotContain("orders-2");
        assertThat(rows()).as("what is well comes after").containsExactly("orders-0", "orders-1", "orders-2");
        assertThat(browser.run("return document.activeElement.id"))
                .as("a row that moved keeps the focus")
                .isEqualTo("burrow-orders-orders-1");
        assertThat(browser.console()).isEmpty();
    }

    @Test
    void manyThatAreHeld_allSaySo_andByWhat() {
        shown.failing("orders", 15);
        open(1280, false);
        await("the last of them", row("orders-14"));

        assertThat(browser.text(".item .why").lines()).hasSize(15).containsOnly("Moving, above a failing record");
        assertThat(number("document.querySelectorAll('.item[data-tone=held]').length"))
                .isEqualTo(15);
        assertThat(number("document.querySelectorAll('.note').length")).isEqualTo(6);
        assertThat(browser.text(".note:nth-child(5)")).contains("Offset 0 holds", "java.net.ConnectException");
        assertThat(browser.text(".note:nth-child(6)")).contains("10 more partitions are held up");
        for (String name : List.of("orders-0", "orders-14")) {
            browser.click("#burrow-orders-" + name);
            assertThat(browser.text(row(name)))
                    .contains("Offset 0, which holds the commit point", "java.net.ConnectException")
                    .containsPattern("The first 1[34] of 25 records that wait");
        }
    }

    @Test
    void handlerThatIsStuck_isTold_alsoWhereTheSpanIsFull() {
        shown.stuckWithoutRoom("orders");
        open(1280, false);
        await("the full span", row("orders-0") + "[data-blocked=span_full]");
        String stuck = "the handler of offset 10 has run for too long";

        Await.until("the stuck one", Shown.LIMIT, () -> browser.text(".note").contains(stuck));
        assertThat(number("document.querySelectorAll('.note').length")).isEqualTo(1);
        browser.click("#burrow-orders-orders-0");
        assertThat(browser.text("#burrow-orders-orders-0-more")).contains("The span is full: held by offset 10", stuck);
    }

    @Test
    void gapThatIsHeldWhileOthersFlow_showsToo_andGrows() {
        shown.flowing("orders", 30);
        open(1280, false);
        await("the parked record", row("orders-0") + "[data-tone=held]");

        assertThat(browser.text(row("orders-0") + " .why")).isEqualTo("Moving, above a parked record");
        assertThat(browser.text(".note"))
                .contains("orders-0", "Offset 30 holds the commit point", "java.lang.IllegalArgumentException")
                .contains("What to do: Mend the cause", "The others go on meanwhile");
        assertThat(browser.text(row("orders-0") + " .commit")).isEqualTo("30");
        assertThat(browser.text(row("orders-1") + " .why")).isEqualTo("Moving");
        String width = "parseInt(document.querySelector(arguments[0] + ' canvas').getAttribute('aria-label'))";
        long before = number(width, row("orders-0"));
        Await.until("the gap to grow", Shown.LIMIT, () -> number(width, row("orders-0")) > before);
    }

    @Test
    void haltedBurrow_showsAsHalted_withItsCause() {
        shown.halted("orders");
        open(1280, false);
        await("the halt", "[data-burrow=orders][data-state=failed]");

        assertThat(browser.text("[data-burrow=orders] .badge")).isEqualTo("Halted");
        assertThat(browser.text(".note[data-tone=bad]"))
                .contains("orders-1@120")
                .contains("java.lang.IllegalStateException")
                .contains("What to do: Mend the cause and restart");
        assertThat(browser.text(row("orders-1"))).contains("Halted").contains("120");
        browser.click("#burrow-orders-orders-1");
        assertThat(browser.text(row("orders-1")))
                .contains("java.lang.IllegalStateException", "it was left unfinished and comes again")
                .doesNotContain("waits for somebody"); // nobody can do anything with it any more
        assertThat(browser.text("body")).doesNotContain("canary").doesNotContain("not for the page");
    }

    @Test
    void connectionThatIsLost_leavesWhatWasShown_andSaysThatItIsOld() {
        shown.flowing("orders");
        open(1280, false);
        await("the rows", row("orders-3"));
        String opacity = "return getComputedStyle(document.querySelector('.tiles')).opacity";
        assertThat(browser.run(opacity)).isEqualTo("1");

        shown.goAway();
        await("the loss", "#link[data-link=lost]");
        assertThat(browser.text("#link")).contains("trying again", "what is shown is old");
        assertThat(browser.shows(row("orders-3"))).isTrue();
        assertThat(browser.run(opacity)).isEqualTo("0.55");
        assertThat(browser.run("return getComputedStyle(document.querySelector('.top')).position"))
                .isEqualTo("sticky");
    }

    @Test
    void burrowThatDoesNotAnswer_showsAsSuch_besideOneThatDoes() {
        shown.flowing("orders");
        shown.silent("mail");
        open(1280, false);
        await("the silence", "[data-burrow=mail].stale");

        Await.until(
                "why",
                Shown.LIMIT,
                () -> browser.text("[data-burrow=mail] .notes").contains("inside of"));
        assertThat(browser.text("[data-burrow=mail] .badge")).isEqualTo("Does not answer");
        assertThat(browser.text("[data-burrow=orders] .badge")).isEqualTo("Running");
        assertThat(browser.shows("[data-burrow=orders].stale")).isFalse();
    }

    @Test
    void burrowThatWasClosed_comesLast() {
        shown.flowing("first").close();
        shown.flowing("second");
        open(1280, false);
        await("both", "[data-burrow=first][data-state=closed]");
        await("both", "[data-burrow=second]");

        assertThat(browser.run("return Array.from(document.querySelectorAll('.burrow'), each => each.dataset.burrow)"))
                .isEqualTo(List.of("second", "first"));
    }

    @Test
    void phone_needsNoScrollingSideways() {
        shown.held("orders-with-a-long-name");
        shown.flowing("orders");
        open(375, false);
        await("the rows", row("orders-3"));

        assertThat(number("document.documentElement.scrollWidth")).isLessThanOrEqualTo(375);
        assertThat(number("Math.max(...Array.from(document.querySelectorAll('main *'),"
                        + " each => Math.ceil(each.getBoundingClientRect().right)))"))
                .isLessThanOrEqualTo(375);
        assertThat(number("Array.from(document.querySelectorAll('.row:not(.heads) .number, .tiles dl'))"
                        + ".filter(each => each.scrollWidth > each.clientWidth).length"))
                .as("what runs into what stands beside it")
                .isZero();

        browser.click("#burrow-orders-with-a-long-name-orders-with-a-long-name-1");
        assertThat(browser.run(
                        "return Array.from(document.querySelectorAll(arguments[0] + ' .waits tr:last-child td'),"
                                + " each => getComputedStyle(each, '::before').content)",
                        row("orders-with-a-long-name-1")))
                .as("the heads of the table, which is too wide, before its cells")
                .isEqualTo(List.of(
                        "\"Offset\"", "\"Waits for\"", "\"Due in\"", "\"Attempts\"", "\"Since\"", "\"Last failure\""));
    }

    @Test
    void keyboard_reachesTheRows_andOpensThem() {
        shown.flowing("orders");
        open(1280, false);
        await("the rows", row("orders-3"));

        String focused = "return document.activeElement.id";
        for (int i = 0; i < 30 && !"burrow-orders-orders-1".equals(browser.run(focused)); i++) {
            browser.press(Keys.TAB);
        }
        assertThat(browser.run(focused)).isEqualTo("burrow-orders-orders-1");
        assertThat(browser.run("return getComputedStyle(document.activeElement).outlineStyle"))
                .isEqualTo("solid");
        assertThat(browser.run("return document.activeElement.getAttribute('aria-expanded')"))
                .isEqualTo("false");
        browser.press(Keys.ENTER);
        assertThat(browser.run("return document.activeElement.getAttribute('aria-expanded')"))
                .isEqualTo("true");
        await("the details", "#burrow-orders-orders-1-more");
        String before = browser.text(row("orders-1") + " .commit");
        Await.until(
                "more news",
                Shown.LIMIT,
                () -> !browser.text(row("orders-1") + " .commit").equals(before));
        assertThat(browser.run(focused)).as("news leave the focus").isEqualTo("burrow-orders-orders-1");
        assertThat(browser.shows("#burrow-orders-orders-1-more")).isTrue();
    }

    @Test
    void readAloud_rowsAndStripsHaveNames() {
        shown.held("orders");
        open(1280, false);
        await("the rows", row("orders-0"));

        assertThat(number("document.querySelectorAll('[role=table] [role=columnheader]').length"))
                .isPositive();
        assertThat(browser.run("return document.querySelector('[role=table]').getAttribute('aria-label')"))
                .isEqualTo("Partitions of orders");
        assertThat(browser.run(
                        "return document.querySelector(arguments[0] + ' canvas').getAttribute('aria-label')",
                        row("orders-0")))
                .isEqualTo("360 records from offset 40, 359 of them finished");
        assertThat(browser.run("return document.querySelector('#spoken').getAttribute('aria-live')"))
                .isEqualTo("polite");
    }

    @Test
    void darkScheme_applies_andLessMotionToo() {
        shown.flowing("orders");
        String ground = "return getComputedStyle(document.body).backgroundColor";
        open(1280, false);
        await("the rows", row("orders-0"));
        assertThat(browser.run(ground)).isEqualTo("rgb(245, 246, 247)");

        browser.look(1280, 900, true);
        Await.until("the dark", Shown.LIMIT, () -> "rgb(18, 20, 22)".equals(browser.run(ground)));

        String motion = "return getComputedStyle(document.querySelector('#link'), '::before').animationName";
        assertThat(browser.run(motion)).isEqualTo("breathe");
        browser.reduceMotion();
        Await.until("rest", Shown.LIMIT, () -> "none".equals(browser.run(motion)));
    }

    @Test
    void withoutABurrow_thePageSaysWhatIsMissing() {
        open(1280, false);
        Await.until("the words", Shown.LIMIT, () -> browser.text("#empty").contains("Give the server to one"));
        assertThat(browser.console()).isEmpty();
    }
}
