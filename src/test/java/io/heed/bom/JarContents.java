package io.heed.bom;

import io.heed.bom.Materials.Inside;
import io.heed.bom.Materials.Linked;
import io.heed.bom.Materials.Shaded;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What is inside a jar that is no part of its own project, as components of a bill of materials: native libraries, fonts, others' classes. */
final class JarContents {

    private static final Pattern NOT_JAVA =
            Pattern.compile(".*\\.(so(\\.[0-9.]+)?|dll|dylib|jnilib|a|exe|ttf|otf|woff2?)");
    private static final Pattern LICENCE = Pattern.compile("META-INF/((?!.*ThirdParty)[^/]+)-LICENSE");
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
            for (Shaded shaded : shaded(jar, zip)) {
                ObjectNode component = named("library", shaded.name(), reference + "#" + shaded.folder());
                licence(component, shaded.licence());
                locate(component, shaded.folder());
                found.add(component);
            }
        }
        return found;
    }

    /** Returns what a jar says it contains, by bringing its licence along. */
    private List<Shaded> shaded(Path jar, ZipFile zip) {
        List<Shaded> found = new ArrayList<>();
        for (ZipEntry entry : Collections.list(zip.entries())) {
            Matcher licence = LICENCE.matcher(entry.getName());
            if (licence.matches()) {
                found.add(materials.shaded().stream()
                        .filter(known -> known.name().equals(licence.group(1)) && zip.getEntry(known.folder()) != null)
                        .findFirst()
                        .orElseThrow(() -> new IllegalStateException(entry.getName() + " in " + jar.getFileName()
                                + " says that " + licence.group(1) + " is inside, but materials.yaml does not")));
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
        ObjectNode component = named(file.endsWith("tf") ? "file" : "library", kind.name(), reference + "#" + path);
        if (kind.jarVersion()) {
            component.put("version", version);
        }
        MessageDigest sha256 = sha256();
        List<Linked> missing = new ArrayList<>(kind.linked() == null ? List.of() : kind.linked());
        List<Linked> linked = new ArrayList<>(missing);
        RustCrates crates = new RustCrates(materials.repositories());
        byte[] block = new byte[OVERLAP + BLOCK];
        int kept = 0;
        for (int read; (read = bytes.readNBytes(block, kept, BLOCK)) > 0; ) {
            sha256.update(block, kept, read);
            if (!missing.isEmpty() || kind.crates()) {
                String text = new String(block, 0, kept + read, StandardCharsets.ISO_8859_1);
                missing.removeIf(part -> text.contains(part.marker()));
                if (kind.crates()) {
                    crates.find(text);
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
        crates.addTo(component);
        locate(component, path);
        return component;
    }

    private static ObjectNode named(String type, String name, String reference) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("type", type)
                .put("bom-ref", reference)
                .put("name", name);
    }

    private static void locate(ObjectNode component, String path) {
        component.putObject("evidence").putArray("occurrences").addObject().put("location", path);
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
