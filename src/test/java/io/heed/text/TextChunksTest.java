package io.heed.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.HeedException;
import io.heed.Seeds;
import io.heed.text.tokenizer.ByteWords;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Text in pieces of 16 bytes. */
class TextChunksTest {

    private static final int SIZE = 16;

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("text.txt");
    }

    private static List<TextChunk> pieces(Path file, DataFormat format) {
        return pieces(file, format, SIZE);
    }

    private static List<TextChunk> pieces(Path file, DataFormat format, int size) {
        return TextChunks.of(List.of(StoredText.of(file)), format, size, done -> {}).stream()
                .flatMap(section -> section.pieces().stream())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a line\nand one that is longer than a piece\nb\n\n\nc",
                "no line end but spaces in a text that is long",
                "neitherlineendnorspaceinatextthatislongerthanapiece",
                "ééééééééééééééééé中中中中中中中中中中中中中😀😀😀😀😀😀😀😀",
                "a\r\nb\rc\r\n0123456789\r\n0123456789abcd\r\n0123456789abc\r\nd"
            })
    void they_add_up_to_the_text(String text) throws IOException {
        Files.writeString(file, text);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        List<TextChunk> pieces = pieces(file, DataFormat.STREAM);
        for (TextChunk piece : pieces) {
            byte[] bytes = piece.read();
            assertThat(bytes).hasSizeBetween(1, SIZE);
            assertThat(new String(bytes, StandardCharsets.UTF_8)).doesNotContain("\ufffd");
            all.writeBytes(bytes);
        }
        assertThat(all.toByteArray()).isEqualTo(Files.readAllBytes(file));
        assertThat(pieces.stream().mapToInt(TextChunk::chars).sum()).isEqualTo(text.length());
    }

    /** By GPT-2's rule, which treats white space specially. */
    @Test
    void no_part_of_a_long_text_crosses_the_end_of_a_piece() throws IOException {
        RandomGenerator random = Seeds.random(1, "text", 0);
        String[] parts = {"ab", "é", "1", ".", " ", " ", "\n", "\n", "\u00a0", "\r\n", "\r", "中", "'s"};
        for (int i = 0; i < 300; i++) {
            StringBuilder text = new StringBuilder("x");
            while (text.length() < 200) {
                text.append(
                        random.nextBoolean()
                                ? " x"
                                : random.nextBoolean() ? "x\ny" : "x\ry"); // a place to cut at in every 32 bytes
                for (int k = 0; k < 4; k++) {
                    text.append(parts[random.nextInt(parts.length)]);
                }
                text.append('x');
            }
            Files.writeString(file, text);
            List<String> cut = new ArrayList<>();
            for (TextChunk piece : pieces(file, DataFormat.STREAM, 40)) {
                cut.addAll(words(piece.read()));
            }
            assertThat(cut).isEqualTo(words(text.toString().getBytes(StandardCharsets.UTF_8)));
        }
    }

    private static List<String> words(byte[] text) {
        List<String> words = new ArrayList<>();
        ByteWords.cut(
                text,
                0,
                text.length,
                (in, from, length, hash) ->
                        words.add(Visible.text(new String(in, from, length, StandardCharsets.UTF_8))));
        return words;
    }

    @Test
    void with_lines_they_end_at_line_ends_and_never_within_one() throws IOException {
        Files.writeString(file, "0123456789abcde\r\nx\rthis line is longer than a piece\ny");
        List<String> texts = new ArrayList<>();
        for (TextChunk piece : pieces(file, DataFormat.LINES)) {
            texts.add(new String(piece.read(), StandardCharsets.UTF_8));
        }
        assertThat(texts).containsExactly("0123456789abcde\r\nx\r", "this line is longer than a piece\ny");
    }

    /** A text of several splits, each read alone and in any order, is the text; where one ends, the next one starts. */
    @ParameterizedTest
    @EnumSource(DataFormat.class)
    void splits_read_alone_are_the_sections_of_the_text(DataFormat format) throws IOException {
        RandomGenerator random = Seeds.random(2, "text", 0);
        String[] parts = {"ab", "é", " ", " x", "\n", "\r\n", "\r", "中", "x\ny", "😀"};
        StringBuilder text = new StringBuilder("\ufeffx");
        while (text.length() < 8000) {
            text.append(parts[random.nextInt(parts.length)]);
        }
        List<StoredText> files = List.of(
                StoredText.of(Files.writeString(file, text)),
                StoredText.of(Files.writeString(folder.resolve("2.txt"), "short")),
                StoredText.of(Files.writeString(folder.resolve("3.txt"), "shorter")),
                StoredText.of(Files.writeString(folder.resolve("4.txt"), text)));
        List<TextSplit> splits = new ArrayList<>(TextSplit.of(files, SIZE));
        List<TextSection> sections = TextChunks.of(files, format, SIZE, done -> {});
        assertThat(splits).hasSizeGreaterThan(2 * 8000 / (64 * SIZE));
        for (int i = splits.size() - 1; i >= 0; i--) {
            assertThat(TextChunks.of(splits.get(i), format, SIZE)).isEqualTo(sections.get(i));
        }
        String whole = text.substring(1);
        String ended = whole.endsWith("\n") || whole.endsWith("\r") ? whole : whole + "\n";
        List<String> texts = sections.stream()
                .flatMap(section -> section.pieces().stream())
                .map(piece -> new String(piece.read(), StandardCharsets.UTF_8))
                .toList();
        for (int i = 1; i < texts.size() && format.endsWithLines(); i++) {
            assertThat(texts.get(i - 1)).matches("(?s).*[\\r\\n]");
            assertThat(texts.get(i - 1).endsWith("\r") && texts.get(i).startsWith("\n"))
                    .isFalse();
        }
        assertThat(texts)
                .allSatisfy(piece -> assertThat(piece.length()).isLessThanOrEqualTo(64 * SIZE))
                .satisfies(pieces -> assertThat(String.join("", pieces)).isEqualTo(ended + "short\nshorter\n" + whole));
    }

    @Test
    void short_files_share_a_split_and_long_ones_have_many() throws IOException {
        List<StoredText> files = new ArrayList<>();
        for (int bytes : new int[] {1000, 24, 1, 5000, 10}) {
            files.add(StoredText.of(Files.writeString(folder.resolve(bytes + ".txt"), "a".repeat(bytes))));
        }
        assertThat(TextSplit.of(files, SIZE).stream().map(TextSplit::bytes))
                .containsExactly(1024L, 1L, 1024L, 1024L, 1024L, 1024L, 5000L - 4 * 1024 + 10);
    }

    @Test
    void a_line_that_is_too_long_for_the_heap_is_named_with_its_place() throws IOException {
        Files.writeString(file, "short\n" + "x".repeat(100 * SIZE));
        assertThatThrownBy(() -> pieces(file, DataFormat.LINES))
                .isInstanceOf(HeedException.class)
                .hasMessageStartingWith(file + ": the line at offset 6 has more than 1024 bytes");
        assertThat(pieces(file, DataFormat.STREAM)).hasSizeGreaterThan(100);
    }

    /** Bad bytes at every place around the end of a piece, in a text with and without places to cut at. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrst",
                "abc efg\nijk mno qrs\nuvw yza cde ghi klm opq st\n"
            })
    void a_bad_byte_is_named_with_its_offset_in_the_file(String text) throws IOException {
        byte[] good = text.getBytes(StandardCharsets.US_ASCII);
        for (int place = 0; place < good.length; place++) {
            for (int bad :
                    new int[] {0x80, 0xc3, 0xe4, 0xf0, 0xff}) { // one that follows, one to three that others follow
                byte[] bytes = good.clone();
                bytes[place] = (byte) bad;
                Files.write(file, bytes);
                assertThatThrownBy(() -> pieces(file, DataFormat.STREAM))
                        .isInstanceOf(HeedException.class)
                        .hasMessage("%s is not UTF-8 text: bad byte 0x%02x at offset %d", file, bad, place);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\ufeff", " \n\t\u2003 \n"})
    void a_file_without_text_is_refused(String text) throws IOException {
        Files.writeString(file, text);
        assertThatThrownBy(() -> pieces(file, DataFormat.STREAM)).hasMessage(file + " is empty; it must contain text");
    }

    @Test
    void offsets_count_the_byte_order_mark() throws IOException {
        Files.write(file, new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf, 'a', (byte) 0xff});
        assertThatThrownBy(() -> pieces(file, DataFormat.STREAM)).hasMessageEndingWith("bad byte 0xff at offset 4");
    }

    @Test
    void a_file_that_changes_while_it_is_read_is_detected() throws IOException {
        Files.writeString(file, "the text");
        TextChunk piece = pieces(file, DataFormat.STREAM).get(0);
        Files.writeString(file, "the test");
        assertThatThrownBy(piece::read).hasMessage(file + " changed while it was being read; start again");
    }

    /** Java's decoder agrees on all sequences of two bytes and on many longer ones. */
    @Test
    void it_agrees_with_java_on_what_is_utf_8() {
        for (int i = 0; i < 1 << 24; i += i < 1 << 16 ? 1 : 251) {
            byte[] bytes = {
                (byte) (0x80 | (i >> 17)), (byte) (i >> 10), (byte) (0x80 | ((i >> 3) & 0x7f)), (byte) ((i * 7) & 0xbf)
            };
            int c = Utf8.decode(bytes, 0, 4);
            int length = c < 0 ? 0 : Utf8.length(c);
            String text = new String(bytes, 0, Math.max(1, length), StandardCharsets.UTF_8);
            if (c < 0) {
                assertThat(new String(bytes, StandardCharsets.UTF_8)).startsWith("\ufffd");
            } else {
                assertThat(text).isEqualTo(Character.toString(c));
                byte[] again = new byte[length];
                Utf8.encode(c, again, 0);
                assertThat(again).isEqualTo(Arrays.copyOf(bytes, length));
            }
        }
    }
}
