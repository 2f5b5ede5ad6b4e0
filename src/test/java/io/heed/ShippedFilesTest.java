package io.heed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShippedFilesTest {

    @TempDir
    private Path folder;

    private ClassLoader loader(Map<String, String> files) throws IOException {
        Path jar = Files.createTempFile(folder, "files", ".jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                out.putNextEntry(new JarEntry(file.getKey()));
                out.write(file.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        return new URLClassLoader(new URL[] {jar.toUri().toURL()}, null);
    }

    private ClassLoader shipped(String text) throws IOException {
        return loader(Map.of(
                "heed-files/configs/toy.yaml",
                text,
                "heed-files/data/toy.txt",
                "the cat",
                "other/data.txt",
                "not this"));
    }

    @Test
    void what_a_jar_has_is_unpacked_once() throws IOException {
        Path cache = folder.resolve("cache");
        Path home = ShippedFiles.folder(shipped("name: toy"), cache).orElseThrow();
        assertThat(home.resolve("configs/toy.yaml")).hasContent("name: toy");
        assertThat(home.resolve("data/toy.txt")).hasContent("the cat");
        assertThat(home.resolve("other")).doesNotExist();
        Files.writeString(home.resolve("data/toy.txt"), "mine");
        assertThat(ShippedFiles.folder(shipped("name: toy"), cache)).contains(home);
        assertThat(home.resolve("data/toy.txt")).hasContent("mine");
    }

    @Test
    void another_version_has_a_folder_of_its_own() throws IOException {
        Path first = ShippedFiles.folder(shipped("name: toy"), folder).orElseThrow();
        Path second = ShippedFiles.folder(shipped("name: other"), folder).orElseThrow();
        assertThat(second).isNotEqualTo(first);
        assertThat(first.resolve("configs/toy.yaml")).hasContent("name: toy");
        assertThat(second.resolve("configs/toy.yaml")).hasContent("name: other");
    }

    @Test
    void several_that_start_at_once_share_one() throws IOException {
        Path cache = folder.resolve("cache");
        ClassLoader loader = shipped("name: toy");
        var all = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> ShippedFiles.folder(loader, cache)))
                .toList();
        assertThat(all.stream().map(CompletableFuture::join).distinct()).hasSize(1);
        try (Stream<Path> left = Files.list(cache)) {
            assertThat(left).hasSize(1);
        }
    }

    @Test
    void without_such_a_jar_there_is_nothing() throws IOException {
        assertThat(ShippedFiles.folder(loader(Map.of("data/toy.txt", "the cat")), folder))
                .isEqualTo(Optional.empty());
    }

    @Test
    void where_they_cannot_be_written_the_way_out_is_told() throws IOException {
        Path file = Files.createFile(folder.resolve("cache"));
        ClassLoader loader = shipped("name: toy");
        assertThatThrownBy(() -> ShippedFiles.folder(loader, file))
                .isInstanceOf(HeedException.class)
                .hasMessageStartingWith("cannot unpack what comes with Heed to " + file)
                .hasMessageEndingWith("; let XDG_CACHE_HOME name a folder that can be written to");
    }
}
