package io.heed.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.HeedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names and the files that they match. */
class TextFilesTest {

    @TempDir
    private Path folder;

    private String root;

    @BeforeEach
    void write() throws IOException {
        root = folder.toString().replace('\\', '/') + "/";
        Files.createDirectories(folder.resolve("b/c"));
        Files.createDirectories(folder.resolve("[x] y, z"));
        for (String name : List.of("2.txt", "10.txt", "a.md", "b/1.txt", "b/c/3.txt", "[x] y, z/1.txt", "b/notes")) {
            Files.writeString(folder.resolve(name), name);
        }
    }

    private List<String> found(String... names) {
        return TextFiles.find(List.of(names).stream().map(name -> root + name).toList()).stream()
                .map(file -> folder.relativize(file).toString().replace('\\', '/'))
                .toList();
    }

    @Test
    void a_file_is_itself_and_a_folder_its_texts_in_order() {
        assertThat(found("a.md")).containsExactly("a.md");
        assertThat(found("")).containsExactly("10.txt", "2.txt");
        assertThat(found("b")).containsExactly("b/1.txt");
    }

    @Test
    void a_pattern_stands_for_all_matching_files_in_order() {
        assertThat(found("*.{md,txt}")).containsExactly("10.txt", "2.txt", "a.md");
        assertThat(found("b/?.txt")).containsExactly("b/1.txt");
        assertThat(found("b/**.txt")).containsExactly("b/1.txt", "b/c/3.txt");
        assertThat(found("*/1.txt")).containsExactly("[x] y, z/1.txt", "b/1.txt");
    }

    @Test
    void a_folder_whose_name_looks_like_a_pattern_is_a_folder() {
        assertThat(found("[x] y, z")).containsExactly("[x] y, z/1.txt");
        assertThat(found("[x] y, z/*.txt")).containsExactly("[x] y, z/1.txt");
    }

    @Test
    void several_names_keep_their_order_and_each_file_occurs_once() {
        assertThat(found("b", "*.txt", "b/../2.txt", "a.md")).containsExactly("b/1.txt", "10.txt", "2.txt", "a.md");
    }

    @Test
    void a_name_that_matches_nothing_is_named() {
        assertThatThrownBy(() -> found("a.md", "none.txt"))
                .isInstanceOf(HeedException.class)
                .hasMessage(root + "none.txt does not exist; name a text file in UTF-8");
        assertThatThrownBy(() -> found("a.md,2.txt")).hasMessageContaining("[a.txt, b.txt]");
        assertThatThrownBy(() -> found("*.pdf")).hasMessage(root + "*.pdf matches no file");
        assertThatThrownBy(() -> found("b/c/../../none/*.txt")).hasMessageContaining("none/*.txt matches no file");
        Path empty = folder.resolve("empty");
        empty.toFile().mkdir();
        assertThatThrownBy(() -> TextFiles.find(List.of(empty.toString())))
                .hasMessageContaining("contains no *.txt files");
        assertThatThrownBy(() -> found("*.{txt")).isInstanceOf(HeedException.class);
    }
}
