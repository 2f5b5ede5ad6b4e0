package io.heed.inspect.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.heed.inspect.Maps;
import io.heed.inspect.Recording;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Text that is made to break the page or the pictures, since a text is anybody's. */
class HostileTextTest {

    private static final String ATTACK = "</script><img src=x onerror=alert(1)>";

    private static Recording maps(String... tokens) {
        return Maps.of(List.of(tokens), Maps.diagonal(tokens.length));
    }

    @Nested
    class InThePage {

        private final String page = AttentionPage.of(maps("a", ATTACK, "<!--", "]]>", "{{script}}", "\u2028", "'\"&"));

        private String between(String start, String end) {
            int from = page.indexOf(start) + start.length();
            assertThat(from).isGreaterThanOrEqualTo(start.length());
            return page.substring(from, page.indexOf(end, from));
        }

        @Test
        void never_stands_as_it_is() {
            assertThat(page).doesNotContain("<img", "<!--<", "onerror=alert(1)>\"</");
            assertThat(page.split("</script>", -1)).hasSize(3); // the data's and the program's, and no third
        }

        @Test
        void is_what_the_pages_data_says() {
            String data = between("<script type=\"application/json\" id=\"data\">", "</script>");
            assertThat(JsonMapper.shared()
                            .readTree(data)
                            .path("tokens")
                            .get(1)
                            .path("token")
                            .asString())
                    .isEqualTo(ATTACK);
        }

        @Test
        void cannot_run_since_only_the_pages_own_style_and_script_may() throws Exception {
            String policy = between("Content-Security-Policy\" content=\"", "\"");
            assertThat(policy).startsWith("default-src 'none';").doesNotContain("unsafe");
            assertThat(allowed(policy, "style-src")).isEqualTo(sha256(between("<style>", "</style>")));
            assertThat(allowed(policy, "script-src")).isEqualTo(sha256(between("<script>", "</script>")));
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
