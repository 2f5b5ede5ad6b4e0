package io.heed.inspect.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the page of a circuit chooses and says, held to what is worked out by hand. */
class CircuitScriptsTest {

    private static Scripts scripts;

    @BeforeAll
    static void start() {
        scripts = new Scripts();
        scripts.know("/io/heed/inspect/page/pure/circuit.js");
    }

    @AfterAll
    static void stop() {
        scripts.close();
    }

    /** Edges 2, 5 and 7 can be switched: bits 0, 1 and 2. */
    @ParameterizedTest
    @CsvSource({"'', 7", "'2', 6", "'5', 5", "'7', 3", "'2,5,7', 0", "'4', 7"})
    void a_set_has_a_bit_for_each_edge_that_is_on(String off, int set) {
        assertThat(scripts.run("setOf([2, 5, 7], new Set([" + off + "]))").asInt())
                .isEqualTo(set);
    }

    @ParameterizedTest
    @CsvSource({"'#off=7,2', '#off=2,7'", "'#off=9,x,5', '#off=5'", "'#off=', ''", "'', ''", "'#else=1&off=5', '#off=5'"
    })
    void the_address_says_what_is_off(String address, String said) {
        assertThat(scripts.run("addressOf(offIn('" + address + "', [2, 5, 7]))").asString())
                .isEqualTo(said);
    }

    @Test
    void a_sentence_says_what_the_edges_do() {
        assertThat(sentence("[]"))
                .contains("the 3 edges of the circuit alone", "91.0 %", "with all of its edges, 99.0 %");
        assertThat(sentence("[1]")).contains("With 2 of the 3 edges", "91.0 %");
        assertThat(sentence("[0, 1, 2]")).contains("as after the other text: 0.5 %");
    }

    @Test
    void every_figure_of_an_edge_says_that_it_is_lost() {
        assertThat(scripts.run("lostWithout(.9018)").asString()).isEqualTo("lost without it 90.2 %");
        assertThat(scripts.run("lostWithout(null)").asString()).isEmpty();
        assertThat(scripts.run("overSentence(48)").asString()).contains("here over 48 pairs, in the picture on this");
        assertThat(scripts.run("overSentence(1)").asString()).contains("here over one pair");
    }

    private static String sentence(String off) {
        return scripts.run("sentenceOf(3, new Set(" + off + "), .91, .99, .005)")
                .asString();
    }

    @Test
    void an_arrow_names_its_edge() {
        assertThat(scripts.run("edgeOf('ff0→1.0.v at cat: 33 % lost without it')")
                        .asString())
                .isEqualTo("ff0→1.0.v");
        assertThat(scripts.run("percent(-1e-9) + ' ' + percent(-.25)").asString())
                .isEqualTo("0.0 % -25.0 %");
    }
}
