package io.heed.inspect.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.heed.inspect.Maps;
import io.heed.inspect.Recording;
import io.heed.inspect.pictures.HeatMap;
import java.io.ByteArrayInputStream;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import tools.jackson.databind.JsonNode;

/** Text that is made to break the page or the pictures, since a text is anybody's. */
class HostileTextTest {

    private static final String ATTACK = "</script><img src=x onerror=alert(1)>";

    private static Recording maps(String... tokens) {
        return Maps.of(List.of(tokens), Maps.diagonal(tokens.length));
    }

    @Nested
    class InThePage {

        private final PageReader page = PageReader.of(
                PageContent.of(maps("a", ATTACK, "<!--", "]]>", "{{script}}", "\u2028", "'\"&", "\ud83d")));

        @Test
        void never_stands_as_it_is() {
            assertThat(page.html()).doesNotContain("<img", "<!--<", "onerror=alert(1)>\"</");
            // the weights, the scores, the facts and the program, and no fifth
            assertThat(page.html().split("</script>", -1)).hasSize(1 + 4);
        }

        @Test
        void is_what_the_pages_data_says() {
            JsonNode tokens = page.facts().path("recordings").get(0).path("tokens");
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

    @Nested
    class InThePictures {

        private static Document parse(String svg) throws Exception {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new ByteArrayInputStream(svg.getBytes(UTF_8)));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "<",
                    "&",
                    "&amp;",
                    "\"'",
                    ATTACK,
                    "]]>",
                    "<![CDATA[",
                    "\u0000",
                    "\u0001\u0008\u000b\u000c\u001b\u001f",
                    "\u007f\u0085\u009f",
                    "\ufffe\uffff",
                    "\ud83d", // half an emoji
                    "aaaaaaaaaaaaaaaaaaaaaa😀bbbbbbb", // cut where the emoji is
                    "%s %n %",
                    "\r\n\t",
                    ""
                })
        void leaves_them_well_formed(String token) {
            Recording maps = maps("a", token);
            assertThatCode(() -> parse(HeatMap.ofHead(maps, 0, 0))).doesNotThrowAnyException();
            assertThatCode(() -> parse(HeatMap.sheet(maps))).doesNotThrowAnyException();
        }

        @Test
        void is_shown_as_it_is() throws Exception {
            NodeList texts = parse(HeatMap.ofHead(maps("a", "<&\">"), 0, 0)).getElementsByTagName("text");
            boolean shown = false;
            for (int i = 0; i < texts.getLength(); i++) {
                shown |= texts.item(i).getTextContent().equals("<&\">");
            }
            assertThat(shown).isTrue();
        }

        @Test
        void adds_no_elements() throws Exception {
            NodeList all = parse(HeatMap.sheet(maps("a", ATTACK))).getElementsByTagName("*");
            for (int i = 0; i < all.getLength(); i++) {
                assertThat(all.item(i).getNodeName()).isIn("svg", "rect", "text", "g", "title");
            }
        }
    }

    @Nested
    class OrNone {

        @Test
        void leaves_a_cell_for_each_pair_that_may_be_read() throws Exception {
            NodeList titles = InThePictures.parse(HeatMap.ofHead(maps("a", "b", "c"), 0, 0))
                    .getElementsByTagName("title");
            assertThat(titles.getLength()).isEqualTo(6); // 1 + 2 + 3
            assertThat(titles.item(0).getTextContent()).isEqualTo("a reads a: 1.0");
            assertThat(titles.item(1).getTextContent()).isEqualTo("b reads a: 0.0");
        }

        @Test
        void colours_go_from_white_to_dark_blue() {
            assertThat(HeatMap.colour(0)).isEqualTo("#ffffff");
            assertThat(HeatMap.colour(1)).isEqualTo("#08306b");
            assertThat(HeatMap.colour(.5)).isEqualTo("#6baed6");
        }
    }
}
