package io.heed.serve.model;

import io.heed.inspect.page.AttentionPage;
import io.heed.inspect.page.ScriptBundle;
import io.heed.serve.Asset;
import java.util.LinkedHashMap;
import java.util.Map;

/** The live page's files: its own, and those it shares with {@link AttentionPage}. */
final class ModelPage {

    private ModelPage() {}

    /** The files by their request path. */
    static Map<String, Asset> files() {
        Map<String, Asset> files = new LinkedHashMap<>();
        String page = Asset.of(ModelPage.class, "live.html").text();
        files.put("/", Asset.of("live.html", page.replace("{{worked-example}}", AttentionPage.workedExample())));
        files.put("/openapi.json", Asset.of(ModelPage.class, "openapi.json"));
        files.put("/page/icon.svg", Asset.icon());
        files.put("/page/live.css", Asset.of(ModelPage.class, "live.css"));
        files.put("/page/page.css", Asset.of(AttentionPage.class, "page.css"));
        files.put("/page/first.css", Asset.of(AttentionPage.class, "first.css"));
        files.put("/page/steps.css", Asset.of(AttentionPage.class, "steps.css"));
        files.put("/page/live.js", Asset.of("live.js", ScriptBundle.of(ModelPage.class, "live.js")));
        return files;
    }
}
