package io.heed.bom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** Paths as cargo has them in the messages of panics. */
class RustCratesTest {

    private static final String REGISTRY = "/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/";
    private static final String GIT = "/root/.cargo/git/checkouts/candle-5b4d092929d18d36/6381023/";

    private static ObjectNode found(String text) {
        RustCrates crates = new RustCrates(Map.of("candle", "https://example.org/candle"));
        crates.find(text);
        ObjectNode library = Components.named("library", "tokenizers", "here");
        crates.addTo(library);
        return library;
    }

    @Test
    void published_crates_have_a_version() {
        ObjectNode library = found("x" + REGISTRY + "rand_core-0.9.3/src/os.rs" + REGISTRY
                + "zstd-sys-2.0.1+zstd.1.5/src/lib.rs" + REGISTRY + "rand_core-0.9.3/src/lib.rs");
        assertThat(library.findValuesAsString("purl"))
                .containsExactly("pkg:cargo/rand_core@0.9.3", "pkg:cargo/zstd-sys@2.0.1%2Bzstd.1.5");
        assertThat(library.findValuesAsString("bom-ref")).contains("here#rand_core@0.9.3");
    }

    @Test
    void a_registrys_paths_may_be_windowss() {
        assertThat(found(REGISTRY.replace('/', '\\') + "onig-6.5.1\\src\\lib.rs")
                        .findValuesAsString("purl"))
                .containsExactly("pkg:cargo/onig@6.5.1");
    }

    @Test
    void crates_that_were_checked_out_have_a_commit() {
        String from = "?vcs_url=git%2Bhttps%3A%2F%2Fexample.org%2Fcandle%406381023";
        assertThat(found(GIT + "candle-nn/src/ops.rs" + GIT + "crates/inner/src/a.rs" + GIT + "src/lib.rs")
                        .findValuesAsString("purl"))
                .containsExactlyInAnyOrder(
                        "pkg:cargo/candle" + from, "pkg:cargo/candle-nn" + from, "pkg:cargo/inner" + from);
    }

    @Test
    void where_a_crate_comes_from_has_to_be_known() {
        assertThatThrownBy(() -> found(GIT.replace("candle", "other") + "src/lib.rs"))
                .hasMessage("a crate comes from a repository named other: say in materials.yaml where it is");
    }
}
