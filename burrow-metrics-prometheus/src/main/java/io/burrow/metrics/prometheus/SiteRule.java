package io.burrow.metrics.prometheus;

import com.sun.net.httpserver.Headers;

/**
 * What a browser may ask for while it shows a page of another site. Such a page cannot read the answer; but it could
 * have the browser listen to the events, and so take the places of those that look. It may lead here, by a link. Other
 * clients, and browsers that do not tell for whom they ask, are not concerned.
 */
final class SiteRule {
    private SiteRule() {}

    /** Whether a request is this server's own page's, or a person's who goes to a document. */
    static boolean allows(Headers headers, boolean isDocument) {
        String site = headers.getFirst("Sec-Fetch-Site");
        boolean isForeign = "cross-site".equals(site) || "same-site".equals(site);
        return !isForeign || isDocument && "document".equals(headers.getFirst("Sec-Fetch-Dest"));
    }
}
