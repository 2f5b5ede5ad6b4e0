package io.heed.bom;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/** The crates whose sources' paths a library compiled from Rust still names. */
final class RustCrates {

    private static final Pattern PUBLISHED = Pattern.compile(
            "index\\.crates\\.io-[0-9a-f]+[/\\\\]([A-Za-z0-9_-]+?)-([0-9]+\\.[0-9]+\\.[0-9]+[-+.0-9A-Za-z]*)[/\\\\]");
    /** Up to the folder of its sources, {@code src}; a repository may have them at its root. */
    private static final Pattern CHECKED_OUT = Pattern.compile(
            "git[/\\\\]checkouts[/\\\\]([A-Za-z0-9_-]+)-[0-9a-f]{16}[/\\\\]([0-9a-f]{7,})[/\\\\](?:[A-Za-z0-9_-]+[/\\\\])*?(?:([A-Za-z0-9_-]+)[/\\\\])?src[/\\\\]");

    /** A crate: {@code version} is the commit's for one that was checked out, and {@code from} the repository's address, else empty. */
    private record Crate(String name, String version, String from) {

        String purl() {
            return from.isEmpty()
                    ? "pkg:cargo/" + name + "@" + version.replace("+", "%2B")
                    : "pkg:cargo/" + name + "?vcs_url="
                            + URLEncoder.encode("git+" + from + "@" + version, StandardCharsets.UTF_8);
        }
    }

    private final Map<String, String> repositories;
    private final Map<String, Crate> found = new TreeMap<>();

    /** Takes the addresses of repositories by the names of their folders. */
    RustCrates(Map<String, String> repositories) {
        this.repositories = repositories;
    }

    /** Looks in a part of the library. */
    void find(String text) {
        for (Matcher crate = PUBLISHED.matcher(text); crate.find(); ) {
            add(new Crate(crate.group(1), crate.group(2), ""));
        }
        for (Matcher crate = CHECKED_OUT.matcher(text); crate.find(); ) {
            String from = repositories.get(crate.group(1));
            if (from == null) {
                throw new IllegalStateException("a crate comes from a repository named " + crate.group(1)
                        + ": say in materials.yaml where it is");
            }
            String name = crate.group(3) == null ? crate.group(1) : crate.group(3);
            add(new Crate(name, crate.group(2), from));
        }
    }

    private void add(Crate crate) {
        found.put(crate.name() + "@" + crate.version(), crate);
    }

    /** Lists them in the library's component. */
    void addTo(ObjectNode library) {
        found.forEach((key, crate) -> library.withArray("components")
                .add(Components.named(
                                "library", crate.name(), library.path("bom-ref").asString() + "#" + key)
                        .put("version", crate.version())
                        .put("purl", crate.purl())));
    }
}
