package io.heed.bom;

import io.heed.bom.Materials.Inside;
import io.heed.bom.Materials.Linked;
import io.heed.bom.Materials.Shaded;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import tools.jackson.databind.node.ObjectNode;

/** What a jar contains besides its project's own classes, as components of a bill of materials: native libraries, fonts, shaded classes. */
final class JarContents {

    private static final Pattern NOT_JAVA =
            Pattern.compile(".*\\.(so(\\.[0-9.]+)?|dll|dylib|jnilib|a|exe|ttf|otf|woff2?)");
    /** What a jar says of a part is in one file; what that part itself contains is in another, with ThirdParty in its name. */
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
                ObjectNode component = Components.named("library", shaded.name(), reference + "#" + shaded.folder());
                Components.license(component, shaded.licence());
                Components.locate(component, shaded.folder());
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
        ObjectNode component =
                Components.named(file.endsWith("tf") ? "file" : "library", kind.name(), reference + "#" + path);
        if (kind.jarVersion()) {
            component.put("version", version);
        }
        MessageDigest sha256 = Components.sha256();
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
        Components.hash(component, sha256);
        Components.license(component, kind.licence());
        linked.removeAll(missing);
        for (Linked part : linked) {
            ObjectNode inside = Components.named("library", part.name(), reference + "#" + path + "#" + part.name());
            Components.license(inside, part.licence());
            component.withArray("components").add(inside);
        }
        crates.addTo(component);
        Components.locate(component, path);
        return component;
    }
}
