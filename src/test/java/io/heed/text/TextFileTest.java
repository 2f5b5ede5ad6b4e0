package io.heed.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.HeedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are text, and files that are not. */
class TextFileTest {

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("text.txt");
    }

    private Path holding(int... bytes) throws IOException {
        byte[] content = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            content[i] = (byte) bytes[i];
        }
        return Files.write(file, content);
    }

    @Test
    void text_of_one_to_four_bytes_per_character_is_read_unchanged() throws IOException {
        Files.writeString(file, "aé€😀\r\n");
        assertThat(TextFile.read(file)).isEqualTo("aé€😀\r\n");
    }

    @Test
    void a_missing_file_is_named() {
        assertThatThrownBy(() -> TextFile.read(file))
                .isInstanceOf(HeedException.class)
                .hasMessage(file + " does not exist; name a text file in UTF-8");
    }

    @Test
    void a_folder_is_named_as_one() {
        assertThatThrownBy(() -> TextFile.read(folder))
                .isInstanceOf(HeedException.class)
                .hasMessage("cannot read " + folder + ": it is a folder; name a text file in UTF-8");
    }

    @Test
    void an_empty_file_is_refused() throws IOException {
        Path empty = holding();
        assertThatThrownBy(() -> TextFile.read(empty)).hasMessage(file + " is empty; it must contain text");
    }

    @Test
    void a_file_of_spaces_is_refused() throws IOException {
        Path blank = holding(' ', '\n', '\t');
        assertThatThrownBy(() -> TextFile.read(blank)).hasMessage(file + " is empty; it must contain text");
    }

    @Test
    void a_bad_byte_is_named_with_its_offset() throws IOException {
        Path latin1 = holding('c', 'a', 'f', 0xe9, '!'); // é in Latin-1; in UTF-8 e9 starts three bytes
        assertThatThrownBy(() -> TextFile.read(latin1))
                .isInstanceOf(HeedException.class)
                .hasMessage(file + " is not UTF-8 text: bad byte 0xe9 at offset 3");
    }

    @Test
    void offsets_are_counted_in_bytes() throws IOException {
        Path bad = holding(0xc3, 0xa9, 0xff); // é is two bytes
        assertThatThrownBy(() -> TextFile.read(bad)).hasMessageEndingWith("bad byte 0xff at offset 2");
    }

    @Test
    void a_character_cut_off_by_the_end_is_a_bad_byte() throws IOException {
        Path cut = holding('a', 0xf0, 0x9f, 0x98); // 😀 is f0 9f 98 80
        assertThatThrownBy(() -> TextFile.read(cut)).hasMessageEndingWith("bad byte 0xf0 at offset 1");
    }

    @Test
    void lines_may_end_in_any_way_and_blank_ones_do_not_count() {
        assertThat(TextFile.lines("one\r\ntwo\n\n  \nthree")).containsExactly("one", "two", "three");
    }
}
