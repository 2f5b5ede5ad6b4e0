package io.heed.inspect.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.heed.inspect.Maps;
import io.heed.inspect.Recording;
import io.heed.inspect.evidence.Findings;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Text that is made to break the page or the pictures, since a text is anybody's. */
class HostileTextTest {

    private static final String ATTACK = "</script><img src=x onerror=alert(1)>";

    private static Recording maps(String... tokens) {
        return Maps.of(List.of(tokens), Maps.diagonal(tokens.length));
    }

    @Nested
    class InThePage {

        private final PageReader page = PageReader.of(PageContent.of(
                maps("a", ATTACK, "<!--", "]]>", "{{script}}", "\u2028", "'\"&", "\ud83d"), Findings.NONE));

        @Test
        void never_stands_as_it_is() {
            assertThat(page.html()).doesNotContain("<img", "<!--<", "onerror=alert(1)>\"</");
            // the weights, the scores, the recording's facts, the page's, the worked example and the program, and no
            // seventh
            assertThat(page.html().split("</script>", -1)).hasSize(1 + 6);
        }

        @Test
        void is_what_the_pages_data_says() {
            JsonNode tokens = page.recording(0).path("tokens");
            assertThat(tokens.get(1).path("token").asString()).isEqualTo(ATTACK);
            assertThat(tokens.get(4).path("token").asString()).isEqualTo("{{script}}");
            assertThat(tokens.get(7).path("token").asString()).isEqualTo("\ud83d"); // half an emoji
        }

        @Test
        void cannot_run_since_only_the_pages_own_style_and_script_may() throws Exception {
            String policy = page.between("Content-Security-Policy\" content=\"", "\"");
            assertThat(policy).startsWith("default-src 'none';").doesNotContain("unsafe");
            assertThat(allowed(policy, "style-src")).isEqualTo(sha256(page.between("<style>", "</style>")));
            assertThat(allowed(policy, "script-src")).isEqualTo(sha256(page.between("<script>", "</script>")));
        }

        private static String allowed(String policy, String kind) {
            Matcher matcher = Pattern.compile(kind + " '([^']+)'(;|$)").matcher(policy);
            assertThat(matcher.find()).isTrue();
            return matcher.group(1);
        }

        /** Content Security Policy Level 3, "hash-source". */
        private static String sha256(String element) throws Exception {
            assertThat(element).isNotBlank();
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(element.getBytes(UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(hash);
        }
    }
}
