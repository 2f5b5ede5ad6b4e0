package io.heed.inspect.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.heed.serve.model.ModelSite;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A bundle does what an engine does with the modules themselves. */
class ScriptBundleTest {

    private static Scripts scripts;

    @BeforeAll
    static void start() {
        scripts = new Scripts();
    }

    @AfterAll
    static void stop() {
        scripts.close();
    }

    private static String bundle(Map<String, String> modules) {
        return ScriptBundle.of("/page/entry.js", path -> {
            String text = modules.get(path);
            assertThat(text).as(path).isNotNull();
            return text;
        });
    }

    /** Which also holds that a module runs once, after those it imports, and that its own names are nobody else's. */
    @Test
    void what_runs_is_what_an_engine_runs_of_the_modules() {
        scripts.run("globalThis.log = []");
        scripts.module("/io/heed/inspect/page/modules/entry.js");
        String expected = scripts.run("log.join()").asString();
        assertThat(expected).isEqualTo("shared,left,right 8,entry left of 11 right of 8 8 kept");
        scripts.run("log = []");
        scripts.run(ScriptBundle.of(ScriptBundleTest.class, "modules/entry.js"));
        assertThat(scripts.run("log.join()").asString()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"attention.js", "translation.js"})
    void a_pages_script_is_a_script_and_ends_no_element(String entry) {
        String script = ScriptBundle.of(AttentionPage.class, entry);
        scripts.parse(script);
        assertThat(script).doesNotContainIgnoringCase("</script").doesNotContain("{{");
    }

    @Test
    void so_is_the_script_of_the_live_page() {
        scripts.parse(ScriptBundle.of(ModelSite.class, "live.js"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "export default 1;",
                "export let a = 1;",
                "export {a};",
                "export * from \"./a.js\";",
                "import a from \"./a.js\";",
                "import * as a from \"./a.js\";",
                "import \"./a.js\";",
                "import {a} from \"a\";",
                "import {a} from './a.js';",
                "import {a} from \"./a.js\"; use(a);",
                "const a = import(\"./a.js\");",
                "const where = import.meta.url;"
            })
    void what_cannot_be_joined_is_refused(String line) {
        assertThatIllegalStateException()
                .isThrownBy(() ->
                        bundle(Map.of("/page/entry.js", "const b = 1;\n" + line, "/page/a.js", "export const a = 1;")))
                .withMessage("/page/entry.js: no bundle can hold: " + line);
    }

    @Test
    void a_name_that_is_not_exported_is_refused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> bundle(Map.of(
                        "/page/entry.js", "import {b} from \"./a.js\";", "/page/a.js", "export const a = 1, b = 2;")))
                .withMessage("/page/entry.js imports b, which /page/a.js does not export");
    }

    @Test
    void modules_that_import_each_other_are_refused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> bundle(Map.of(
                        "/page/entry.js", "import {a} from \"./a.js\";",
                        "/page/a.js", "import {b} from \"./b.js\";\nexport const a = 1;",
                        "/page/b.js", "import {a} from \"./a.js\";\nexport const b = 1;")))
                .withMessage("/page/a.js imports itself by way of [/page/entry.js, /page/a.js, /page/b.js]");
    }

    @Test
    void a_module_that_is_missing_is_named() {
        assertThatIllegalStateException()
                .isThrownBy(() -> ScriptBundle.of(AttentionPage.class, "nothing.js"))
                .withMessage("/io/heed/inspect/page/nothing.js is missing from the jar");
    }
}
