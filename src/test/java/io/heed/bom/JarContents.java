package io.heed.bom;

import io.heed.bom.Materials.Inside;
import io.heed.bom.Materials.Linked;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The native libraries and fonts inside a jar, as components of a bill of materials. */
final class JarContents {

    private static final Pattern NOT_JAVA =
            Pattern.compile(".*\\.(so(\\.[0-9.]+)?|dll|dylib|jnilib|a|exe|ttf|otf|woff2?)");
    private static final Pattern CRATE = Pattern.compile(
            "index\\.crates\\.io-[0-9a-f]+[/\\\\]([A-Za-z0-9_-]+?)-([0-9]+\\.[0-9]+\\.[0-9]+[-+.0-9A-Za-z]*)[/\\\\]");
    private static final int BLOCK = 1 << 23;
    /** Longer than any marker or name of a crate. */
    private static final int OVERLAP = 512;

    private final Materials materials;

    JarContents(Materials materials) {
        this.materials = materials;
    }

    /** Returns the components inside the jar, in the order of their paths. */
    List<ObjectNode> of(Path jar, String reference, String version) throws IOException {
        List<ObjectNode> found = new ArrayList<>();
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            List<? extends ZipEntry> entries = Collections.list(zip.entries());
            entries.sort(Comparator.comparing(ZipEntry::getName));
            for (ZipEntry entry : entries) {
                if (NOT_JAVA.matcher(entry.getName()).matches()) {
                    try (InputStream bytes = zip.getInputStream(entry)) {
                        found.add(component(jar, entry.getName(), bytes, reference, version));
                    }
                }
            }
        }
        return found;
    }

    private ObjectNode component(Path jar, String path, InputStream bytes, String reference, String version)
            throws IOException {
        String file = path.substring(path.lastIndexOf('/') + 1);
        Inside kind = materials.inside().stream()
                .filter(inside -> inside.names(jar.getFileName().toString(), file))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        path + " in " + jar.getFileName() + " is not in materials.yaml: say there what it is"));
        ObjectNode component = JsonNodeFactory.instance.objectNode();
        component.put("type", file.endsWith("tf") ? "file" : "library");
        component.put("bom-ref", reference + "#" + path);
        component.put("name", kind.name());
        if (kind.jarVersion()) {
            component.put("version", version);
        }
        MessageDigest sha256 = sha256();
        List<Linked> missing = new ArrayList<>(kind.linked() == null ? List.of() : kind.linked());
        List<Linked> linked = new ArrayList<>(missing);
        TreeSet<String> crates = new TreeSet<>();
        byte[] block = new byte[OVERLAP + BLOCK];
        int kept = 0;
        for (int read; (read = bytes.readNBytes(block, kept, BLOCK)) > 0; ) {
            sha256.update(block, kept, read);
            if (!missing.isEmpty() || kind.crates()) {
                String text = new String(block, 0, kept + read, StandardCharsets.ISO_8859_1);
                missing.removeIf(part -> text.contains(part.marker()));
                for (Matcher crate = CRATE.matcher(text); kind.crates() && crate.find(); ) {
                    crates.add(crate.group(1) + "@" + crate.group(2));
                }
            }
            int next = Math.min(OVERLAP, kept + read);
            System.arraycopy(block, kept + read - next, block, 0, next);
            kept = next;
        }
        component
                .putArray("hashes")
                .addObject()
                .put("alg", "SHA-256")
                .put("content", HexFormat.of().formatHex(sha256.digest()));
        licence(component, kind.licence());
        linked.removeAll(missing);
        for (Linked part : linked) {
            licence(
                    component
                            .withArray("components")
                            .addObject()
                            .put("type", "library")
                            .put("bom-ref", reference + "#" + path + "#" + part.name())
                            .put("name", part.name()),
                    part.licence());
        }
        for (String crate : crates) {
            int at = crate.indexOf('@');
            component
                    .withArray("components")
                    .addObject()
                    .put("type", "library")
                    .put("bom-ref", reference + "#" + path + "#" + crate)
                    .put("name", crate.substring(0, at))
                    .put("version", crate.substring(at + 1))
                    .put("purl", "pkg:cargo/" + crate);
        }
        component.putObject("evidence").putArray("occurrences").addObject().put("location", path);
        return component;
    }

    private static void licence(ObjectNode component, String licence) {
        ObjectNode choice = component.putArray("licenses").addObject();
        if (licence.contains(" WITH ")) {
            choice.put("expression", licence);
        } else {
            choice.putObject("license").put(licence.contains(" ") ? "name" : "id", licence);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
