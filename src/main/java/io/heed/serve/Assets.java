package io.heed.serve;

import io.heed.inspect.page.AttentionPage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The page's files: those of its own, and those it shares with {@link AttentionPage}. */
final class Assets {

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml",
            "json", "application/json");

    private static final String[] OWN = {"live.css", "live-numbers.js", "live.js", "api.js", "icon.svg"};

    private static final String[] SHARED = {
        "page.css",
        "page-words.js",
        "page-findings.js",
        "page-whole.js",
        "page-state.js",
        "page-pens.js",
        "page-drawings.js",
        "page-panel.js",
        "page-overview.js",
        "page-details.js"
    };

    /** A file and what it is. */
    record Asset(String type, byte[] bytes) {}

    private Assets() {}

    /** The files by the path they are asked for with. */
    static Map<String, Asset> all() {
        Map<String, Asset> all = new LinkedHashMap<>();
        all.put("/", load(Assets.class, "live.html"));
        all.put("/openapi.json", load(Assets.class, "openapi.json"));
        for (String name : OWN) {
            all.put("/page/" + name, load(Assets.class, name));
        }
        for (String name : SHARED) {
            all.put("/page/" + name, load(AttentionPage.class, name));
        }
        return all;
    }

    private static Asset load(Class<?> beside, String name) {
        try (InputStream in = beside.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing from the jar");
            }
            return new Asset(TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), ""), in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
