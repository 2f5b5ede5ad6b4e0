package io.heed.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.HeedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file in pieces, against the file as a whole. */
class ChunkReaderTest {

    @TempDir
    private Path folder;

    private static List<String> pieces(Path file) {
        List<String> pieces = new ArrayList<>();
        try (ChunkReader text = new ChunkReader(file)) {
            for (String piece = text.next(); piece != null; piece = text.next()) {
                pieces.add(piece);
            }
        }
        return pieces;
    }

    @ParameterizedTest
    @ValueSource(strings = {"a line of it\\n", "é€😀 ü\\r\\n", "😀"})
    void pieces_are_whole_lines_and_add_up_to_the_text(String line) throws IOException {
        for (int shift = 0; shift < 4; shift++) { // so that a character of several bytes crosses the end of a read
            String text = "x".repeat(shift)
                    + line.replace("\\n", "\n").replace("\\r", "\r").repeat(40_000);
            Path file = Files.writeString(folder.resolve("text.txt"), "\ufeff" + text);
            List<String> pieces = pieces(file);
            assertThat(String.join("", pieces)).isEqualTo(text);
            for (String piece : pieces.subList(0, pieces.size() - 1)) {
                assertThat(piece).endsWith("\n");
                int first =
                        line.contains("r") ? ChunkReader.LONGEST : ChunkReader.LENGTH; // where words are on both sides
                assertThat(piece.indexOf('\n', first)).isEqualTo(piece.length() - 1);
            }
            assertThat(pieces.size() > 1).isEqualTo(line.contains("n"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"one line\n\n  two\nthree \n", "windows\r\n"})
    void a_piece_ends_between_two_words_if_there_is_such_a_line_end(String lines) throws IOException {
        String text = lines.repeat(50_000);
        Path file = Files.writeString(folder.resolve("text.txt"), text);
        List<String> pieces = pieces(file);
        assertThat(String.join("", pieces)).isEqualTo(text);
        assertThat(pieces).hasSizeGreaterThan(1);
        for (String piece : pieces.subList(0, pieces.size() - 1)) {
            assertThat(piece)
                    .endsWith(lines.contains("\r") ? "s\r\n" : "two\n")
                    .hasSizeLessThan(5 * ChunkReader.LENGTH);
        }
    }

    /** Those of Mac OS 9: without them a file would be one piece, whatever its size. */
    @Test
    void a_carriage_return_ends_a_piece_too() throws IOException {
        String text = "a line of it\r".repeat(40_000);
        List<String> pieces = pieces(Files.writeString(folder.resolve("text.txt"), text));
        assertThat(String.join("", pieces)).isEqualTo(text);
        assertThat(pieces)
                .hasSizeGreaterThan(1)
                .allSatisfy(piece -> assertThat(piece)
                        .endsWith("it\r")
                        .hasSizeLessThanOrEqualTo(ChunkReader.LENGTH + 13)); // the line in progress
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 70_000, 199_999})
    void a_bad_byte_is_named_with_its_offset_in_the_file(int place) throws IOException {
        byte[] bytes = "é\n".repeat(66_667).getBytes(StandardCharsets.UTF_8); // 3 bytes each
        int at = place / 3 * 3;
        bytes[at] = (byte) 0xff;
        Path file = Files.write(folder.resolve("bad.txt"), bytes);
        assertThatThrownBy(() -> pieces(file))
                .isInstanceOf(HeedException.class)
                .hasMessage(file + " is not UTF-8 text: bad byte 0xff at offset " + at);
    }

    @Test
    void a_character_that_the_end_cuts_off_is_bad() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes("abc".getBytes(StandardCharsets.UTF_8));
        bytes.write(0xe2);
        Path file = Files.write(folder.resolve("cut.txt"), bytes.toByteArray());
        assertThatThrownBy(() -> pieces(file)).hasMessageContaining("bad byte 0xe2 at offset 3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\ufeff", " \n\n"})
    void a_blank_file_is_refused(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("blank.txt"), text);
        assertThatThrownBy(() -> pieces(file)).hasMessage(file + " is empty; it must contain text");
    }
}
