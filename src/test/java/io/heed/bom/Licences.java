package io.heed.bom;

import io.heed.bom.Materials.Decision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Which components of a bill of materials may not ship. */
final class Licences {

    private final Materials materials;

    Licences(Materials materials) {
        this.materials = materials;
    }

    /** Returns a sentence for each component, and each one inside it, whose licence is not allowed. */
    List<String> refused(JsonNode components) {
        List<String> refused = new ArrayList<>();
        for (JsonNode component : components) {
            String purl = component.path("purl").asString("");
            List<String> said = said(component);
            // the licences of crates are in their sources, not in what was made of them
            if (!purl.startsWith("pkg:cargo/")
                    && !allowed(purl, component.path("name").asString(), said)) {
                refused.add(String.format(
                        "%s %s is under %s, which is not allowed: take another library, or decide in materials.yaml with a reason",
                        purl.isEmpty() ? component.path("name").asString() : purl,
                        component.path("version").asString(""),
                        said.isEmpty() ? "no licence that it names" : String.join(" and ", said)));
            }
            refused.addAll(refused(component.path("components")));
        }
        return refused;
    }

    /** Writes the licence that was decided on in the place of those that a component names. */
    void conclude(JsonNode components) {
        for (JsonNode component : components) {
            String purl = component.path("purl").asString("");
            List<String> said = said(component);
            Optional<Decision> made = decision(purl, component.path("name").asString(), said);
            if (made.isPresent() && !said.equals(List.of(made.get().taken()))) {
                ((ObjectNode) component)
                        .putArray("licenses")
                        .addObject()
                        .putObject("license")
                        .put("id", made.get().taken())
                        .put("acknowledgement", "concluded");
            }
            conclude(component.path("components"));
        }
    }

    private boolean allowed(String purl, String name, List<String> said) {
        return (said.size() == 1 && materials.allowed().contains(said.get(0)))
                || decision(purl, name, said).isPresent();
    }

    private Optional<Decision> decision(String purl, String name, List<String> said) {
        return materials.decisions().stream()
                .filter(decision -> purl.isEmpty() ? name.equals(decision.of()) : purl.startsWith(decision.of()))
                .filter(decision -> said.equals(decision.says()))
                .findFirst();
    }

    private static List<String> said(JsonNode component) {
        List<String> said = new ArrayList<>();
        for (JsonNode choice : component.path("licenses")) {
            JsonNode licence = choice.path("license");
            said.add(
                    choice.has("expression")
                            ? choice.path("expression").asString()
                            : licence.path("id").asString(licence.path("name").asString("")));
        }
        return said;
    }
}
