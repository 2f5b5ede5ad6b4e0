package io.heed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
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

    private Path jar(Map<String, String> files) throws IOException {
        Path jar = Files.createTempFile(folder, "files", ".jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                out.putNextEntry(new JarEntry(file.getKey()));
                out.write(file.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        return jar;
    }

    private ClassLoader loader(Map<String, String> files) throws IOException {
        return new URLClassLoader(new URL[] {jar(files).toUri().toURL()}, null);
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
        Path data = folder.resolve("data");
        Path home = ShippedFiles.folder(shipped("name: toy"), data).orElseThrow();
        assertThat(home.resolve("configs/toy.yaml")).hasContent("name: toy");
        assertThat(home.resolve("data/toy.txt")).hasContent("the cat");
        assertThat(home.resolve("other")).doesNotExist();
        Files.writeString(home.resolve("data/toy.txt"), "mine");
        assertThat(ShippedFiles.folder(shipped("name: toy"), data)).contains(home);
        assertThat(home.resolve("data/toy.txt")).hasContent("mine");
    }

    @Test
    void a_file_that_is_missing_comes_back() throws IOException {
        Path home = ShippedFiles.folder(shipped("name: toy"), folder).orElseThrow();
        Files.delete(home.resolve("configs/toy.yaml"));
        Files.delete(home.resolve("configs"));
        ShippedFiles.folder(shipped("name: toy"), folder);
        assertThat(home.resolve("configs/toy.yaml")).hasContent("name: toy");
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
        Path data = folder.resolve("data");
        ClassLoader loader = shipped("name: toy");
        var all = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> ShippedFiles.folder(loader, data)))
                .toList();
        assertThat(all.stream().map(CompletableFuture::join).distinct()).hasSize(1);
        try (Stream<Path> left = Files.walk(data).filter(Files::isRegularFile)) {
            assertThat(left.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("toy.yaml", "toy.txt");
        }
    }

    @Test
    void without_such_a_jar_there_is_nothing() throws IOException {
        assertThat(ShippedFiles.folder(loader(Map.of("data/toy.txt", "the cat")), folder))
                .isEqualTo(Optional.empty());
    }

    /** A program that prints where it finds a configuration. */
    static final class Finding {
        public static void main(String[] arguments) {
            try {
                System.out.print(Home.find(Path.of("configs/toy.yaml")) + " " + Home.writable("models"));
            } catch (HeedException e) {
                System.out.print(e.getMessage());
            }
        }
    }

    @Test
    void a_program_without_a_launcher_finds_them() throws Exception {
        Path jar = jar(Map.of("heed-files/configs/toy.yaml", "name: toy"));
        Path data = folder.resolve("data");
        assertThat(found(jar, data)).matches("\\Q" + data + "\\E.heed.files-[0-9a-f]{8}.configs.toy\\.yaml models");
        Path file = Files.createFile(folder.resolve("file"));
        assertThat(found(jar, file))
                .startsWith("cannot unpack the files shipped with Heed to " + file)
                .endsWith("; let XDG_DATA_HOME name a folder that can be written");
    }

    private String found(Path jar, Path data) throws Exception {
        ProcessBuilder program = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        jar + File.pathSeparator + System.getProperty("java.class.path"),
                        Finding.class.getName())
                .directory(Files.createTempDirectory(folder, "elsewhere").toFile());
        program.environment().put("XDG_DATA_HOME", data.toString());
        Process started = program.start();
        return new String(started.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
