package io.burrow.metrics.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SiteRuleTest {
    /** For whom a browser asks, what it makes of the answer, and whether it gets a document and the events. */
    @ParameterizedTest
    @CsvSource({
        ", , true, true",
        "none, document, true, true",
        "same-origin, empty, true, true",
        "same-origin, script, true, true",
        "cross-site, document, true, false",
        "cross-site, iframe, false, false",
        "cross-site, image, false, false",
        "cross-site, empty, false, false",
        "cross-site, , false, false",
        "same-site, document, true, false",
        "same-site, empty, false, false"
    })
    void othersPages_mayLeadHere_andNoMore(
            @Nullable String site, @Nullable String destination, boolean document, boolean events) {
        Headers headers = new Headers();
        if (site != null) {
            headers.set("Sec-Fetch-Site", site);
        }
        if (destination != null) {
            headers.set("Sec-Fetch-Dest", destination);
        }

        assertThat(SiteRule.allows(headers, true)).isEqualTo(document);
        assertThat(SiteRule.allows(headers, false)).isEqualTo(events);
    }
}
