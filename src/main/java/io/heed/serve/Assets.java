package io.heed.serve;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heed.inspect.page.AttentionPage;
import io.heed.inspect.page.ScriptBundle;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The live page's files: its own, and those it shares with {@link AttentionPage}. */
final class Assets {

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml",
            "json", "application/json");

    /** A file and its type. */
    record Asset(String type, byte[] bytes) {}

    private Assets() {}

    /** The files by their request path. */
    static Map<String, Asset> all() {
        Map<String, Asset> all = new LinkedHashMap<>();
        String page = new String(load(Assets.class, "live.html").bytes(), UTF_8);
        all.put(
                "/",
                new Asset(
                        type("live.html"),
                        page.replace("{{worked-example}}", AttentionPage.workedExample())
                                .getBytes(UTF_8)));
        all.put("/openapi.json", load(Assets.class, "openapi.json"));
        all.put("/page/icon.svg", load(Assets.class, "icon.svg"));
        all.put("/page/live.css", load(Assets.class, "live.css"));
        all.put("/page/page.css", load(AttentionPage.class, "page.css"));
        all.put("/page/first.css", load(AttentionPage.class, "first.css"));
        all.put("/page/steps.css", load(AttentionPage.class, "steps.css"));
        String script = ScriptBundle.of(Assets.class, "live.js");
        all.put("/page/live.js", new Asset(type("live.js"), script.getBytes(UTF_8)));
        return all;
    }

    private static Asset load(Class<?> beside, String name) {
        try (InputStream in = beside.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing from the jar");
            }
            return new Asset(type(name), in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String type(String name) {
        return TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "");
    }
}
