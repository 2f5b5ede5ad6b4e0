package io.heed.bom;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class LicencesTest {

    @Test
    void what_is_allowed_may_ship() throws Exception {
        assertThat(refused(
                        "{'name': 'a', 'purl': 'pkg:maven/b/a@1?type=jar', 'licenses': [{'license': {'id': 'MIT'}}]}"))
                .isEmpty();
    }

    @Test
    void the_gpl_and_no_licence_may_not() throws Exception {
        assertThat(
                        refused(
                                "{'name': 'a', 'version': '2', 'purl': 'pkg:maven/b/a@2?type=jar', 'licenses': [{'license': {'id': 'GPL-2.0-only'}}]},"
                                        + "{'name': 'c', 'version': '3', 'components': [{'name': 'd', 'licenses': [{'license': {'name': 'Our own'}}]}]}"))
                .containsExactly(
                        "pkg:maven/b/a@2?type=jar 2 is under GPL-2.0-only, which is not allowed: take another library, or decide in materials.yaml with a reason",
                        "c 3 is under no licence that it names, which is not allowed: take another library, or decide in materials.yaml with a reason",
                        "d  is under Our own, which is not allowed: take another library, or decide in materials.yaml with a reason");
    }

    /** Two licences may mean "either" or "both", so someone has to look; and to look again when they change. */
    @Test
    void two_licences_need_a_decision_on_these_two() throws Exception {
        String servlets =
                "{'name': 's', 'purl': 'pkg:maven/jakarta.servlet/jakarta.servlet-api@6.0.0?type=jar', 'licenses': [%s]}";
        String first = "{'license': {'id': 'EPL-2.0'}}";
        String second = "{'license': {'id': 'GPL-2.0-with-classpath-exception'}}";
        assertThat(refused(servlets.formatted(first + "," + second))).isEmpty();
        assertThat(refused(servlets.formatted(second))).hasSize(1);
        assertThat(refused("{'name': 's', 'purl': 'pkg:maven/b/s@1?type=jar', 'licenses': [%s]}"
                        .formatted(first + ",{'license': {'id': 'MIT'}}")))
                .hasSize(1);
    }

    @Test
    void every_decision_takes_a_licence_that_was_offered_and_says_why() throws Exception {
        Materials materials = Materials.read();
        assertThat(materials.decisions()).allSatisfy(decision -> {
            assertThat(decision.because()).isNotBlank();
            assertThat(decision.says().contains(decision.taken())
                            || materials.allowed().contains(decision.taken()))
                    .isTrue();
        });
    }

    private static List<String> refused(String components) throws Exception {
        return new Licences(Materials.read())
                .refused(JsonMapper.builder().build().readTree("[" + components.replace('\'', '"') + "]"));
    }
}
