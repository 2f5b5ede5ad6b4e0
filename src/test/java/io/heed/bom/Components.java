package io.heed.bom;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Components of a bill of materials, as CycloneDX 1.6 writes them. */
final class Components {

    private Components() {}

    static ObjectNode named(String type, String name, String reference) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("type", type)
                .put("bom-ref", reference)
                .put("name", name);
    }

    /** Says under which licence it is: an id or an expression of SPDX, or any other name. */
    static void license(ObjectNode component, String licence) {
        ObjectNode choice = component.putArray("licenses").addObject();
        if (licence.contains(" WITH ")) {
            choice.put("expression", licence);
        } else {
            choice.putObject("license").put(licence.contains(" ") ? "name" : "id", licence);
        }
    }

    static void locate(ObjectNode component, String path) {
        component.putObject("evidence").putArray("occurrences").addObject().put("location", path);
    }

    static String location(JsonNode component) {
        return component.at("/evidence/occurrences/0/location").asString("");
    }

    static void hash(ObjectNode component, MessageDigest sha256) {
        component
                .putArray("hashes")
                .addObject()
                .put("alg", "SHA-256")
                .put("content", HexFormat.of().formatHex(sha256.digest()));
    }

    /** Returns its SHA-256 in hexadecimal, or nothing if it has none. */
    static String hash(JsonNode component) {
        for (JsonNode hash : component.path("hashes")) {
            if (hash.path("alg").asString().equals("SHA-256")) {
                return hash.path("content").asString();
            }
        }
        return "";
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
