package io.heed.bom;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Which licences are allowed, what was decided about the others, and what is inside jars: {@code materials.yaml}. */
record Materials(
        List<String> allowed,
        List<Decision> decisions,
        List<Inside> inside,
        List<Shaded> shaded,
        Map<String, String> repositories) {

    /** What a library says of its licences, beginning with {@code of}, and the one that Heed takes. */
    record Decision(String of, List<String> says, String taken, String because) {}

    /** A kind of file in a jar that is no Maven artifact. */
    record Inside(
            String in,
            String file,
            String name,
            String licence,
            boolean jarVersion,
            @Nullable List<Linked> linked,
            boolean crates) {

        boolean names(String jar, String fileName) {
            return jar.startsWith(in) && fileName.matches(file);
        }
    }

    /** Shaded classes of another project in a jar, in a folder of their own, whose licence is in {@code META-INF/NAME-LICENSE}. */
    record Shaded(String name, String folder, String licence) {}

    /** What may be linked into a library: it is, where the marker is found in its bytes. */
    record Linked(String name, String licence, String marker) {}

    static Materials read() throws IOException {
        try (InputStream file = Materials.class.getResourceAsStream("materials.yaml")) {
            return YAMLMapper.builder()
                    .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .build()
                    .readValue(file, Materials.class);
        }
    }
}
