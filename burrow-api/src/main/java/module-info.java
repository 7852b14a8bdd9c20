/** What users of Burrow implement or call: messages, handlers, ports, policies, config, stats and errors. */
module io.burrow.api {
    requires static transitive org.jspecify;

    exports io.burrow.api;
    exports io.burrow.api.spi;
}
