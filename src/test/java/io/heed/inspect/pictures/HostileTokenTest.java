package io.heed.inspect.pictures;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.inspect.Recording;
import java.util.List;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;

/** Tokens that are made to break pictures, since a text is anybody's. */
class HostileTokenTest {

    private static final String ATTACK = "</svg><script>alert(1)</script>";

    private static Recording maps(String... tokens) {
        return Drawn.striped(1, 1, List.of(tokens));
    }

    private static HeatMap head(String... tokens) {
        return HeatMap.ofHead(maps(tokens).maps(), 0, 0, Style.STANDARD);
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
                "\udc00\ud83d",
                "aaaaaaaaaaaaaaaaaaaaaa😀bbbbbbb", // cut where the emoji is
                "👩\u200d👩\u200d👧 \u2764\ufe0f",
                "\u202eevil\u202c",
                "שָׁלוֹם עולם",
                "مرحبا بالعالم",
                "e\u0301\u0301\u0301\u0301\u0302",
                "\u0301",
                "क्षि",
                "中文テスト한국어",
                "\u2028\u2029\ufeff\u00ad",
                "\udbff\udffd", // for private use
                "%s %n %",
                "\r\n\t",
                "ﬃ fi ffl",
                ""
            })
    void leave_every_rendering_whole(String token) throws Exception {
        Recording maps = maps("a", token);
        for (HeatMap map : List.of(
                HeatMap.ofHead(maps.maps(), 0, 0, Style.STANDARD), HeatMap.sheet(maps.maps(), Style.STANDARD))) {
            assertThat(Drawn.elements(Drawn.parse(map.svg()), "script")).isEmpty();
            assertThat(map.png()).isNotEmpty();
            try (PDDocument document = Loader.loadPDF(HeatMap.pdf(List.of(map)))) {
                assertThat(document.getNumberOfPages()).isEqualTo(1);
            }
        }
        assertThat(TerminalMap.of(maps.maps(), 0, 0, 80, null, Style.STANDARD).lines())
                .hasSize(4) // numbers, two rows, the scale
                .noneMatch(line -> line.codePoints().anyMatch(Character::isISOControl));
    }

    @Test
    void are_shown_as_they_are() throws Exception {
        assertThat(Drawn.elements(Drawn.parse(head("a", "<&\">").svg()), "text"))
                .extracting(Element::getTextContent)
                .contains("<&\">");
    }

    @Test
    void add_no_elements() throws Exception {
        assertThat(Drawn.elements(Drawn.parse(head("a", ATTACK).svg()), "*"))
                .extracting(Element::getNodeName)
                .isSubsetOf("svg", "rect", "path", "text", "title");
    }
}
