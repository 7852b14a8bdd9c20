package io.burrow.it.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.it.broker.Await;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Takes the pictures of docs/page.md: by default into the build's directory, to be looked at. */
@ExtendWith(NeedsChromium.class)
@Timeout(180)
class PagePicturesIT {
    private static final int MOST_BYTES = 200_000;
    private static final Path DIRECTORY = Path.of(System.getProperty("burrow.screenshots", "target/screenshots"));
    private static final boolean FOR_THE_PAGES = System.getProperty("burrow.screenshots") != null;

    private final Shown shown = new Shown();
    private final Chromium browser = Chromium.start();

    @AfterEach
    void close() {
        browser.close();
        shown.close();
    }

    /** As high as the page is, so that nothing is cut off. */
    private int height() {
        return ((Number) browser.run("return document.documentElement.scrollHeight")).intValue();
    }

    @ParameterizedTest
    @CsvSource({
        "flowing, light, 1180",
        "flowing, dark, 1180",
        "held, light, 1180",
        "held, dark, 1180",
        "halted, light, 1180",
        "halted, dark, 1180",
        "flowing, narrow, 375",
        "held, narrow, 375",
        "halted, narrow, 375"
    })
    void picture(String state, String look, int width) throws IOException {
        String settled = ".burrow .item";
        String open = "";
        switch (state) {
            case "flowing" -> shown.flowing("orders");
            case "held" -> {
                shown.held("orders");
                settled = ".item[data-blocked=held_by_stuck]";
                open = look.equals("dark") ? ".note:nth-child(1) a" : "";
            }
            default -> {
                shown.halted("orders");
                open = "#burrow-orders-orders-1";
            }
        }
        browser.look(width, 300, look.equals("dark"));
        browser.open(shown.page());
        String seen = settled;
        Await.until("the rows", Shown.LIMIT, () -> browser.shows(seen));
        Await.until(
                "a rate", Shown.LIMIT, () -> browser.text("[data-tile=rate] dd").matches("(?s)\\d.*"));
        if (state.equals("flowing")) {
            Await.until(
                    "a rate that has settled",
                    Shown.LIMIT,
                    () -> browser.text("[data-tile=rate] dd").matches("(?s)[67]\\d\\d.*"));
        }

        if (state.equals("held") && FOR_THE_PAGES) {
            Await.until(
                    "an age that somebody is woken for",
                    Shown.LIMIT.multipliedBy(2),
                    () -> browser.text("[data-tile=oldest] dd").contains(" min "));
        }
        if (!open.isEmpty()) {
            browser.click(open);
        }
        browser.look(width, height(), look.equals("dark"));
        byte[] picture = browser.picture();
        Files.createDirectories(DIRECTORY);
        Files.write(DIRECTORY.resolve("page-" + state + "-" + look + ".png"), picture);

        assertThat(picture.length).as("bytes").isBetween(5_000, MOST_BYTES);
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(picture));
        assertThat(image.getWidth()).isEqualTo(width);
        Set<Integer> colours = new HashSet<>();
        for (int y = 0; y < image.getHeight(); y++) {
            colours.add(image.getRGB(width / 2, y));
        }
        assertThat(colours).as("something is drawn").hasSizeGreaterThan(5);
    }
}
