package io.heed.inspect.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.TinyModels;
import io.heed.inspect.Recording;
import io.heed.inspect.evidence.Findings;
import io.heed.inspect.page.PageContent;
import io.heed.inspect.pictures.Style;
import io.heed.text.tokenizer.Encoded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of attention maps, read back by other programs' rules. */
class AttentionFolderTest {

    private static final String TEXT = "The cat sat on the zebra";
    private static final int LAYERS = 2;
    private static final int HEADS = 4;

    @TempDir
    private static Path folder;

    private static Recording maps;
    private static List<Path> files;

    @BeforeAll
    static void write() {
        try (LanguageModel model = TinyModels.words()) {
            Encoded encoded = model.encode(TEXT);
            maps = Recording.of(model, TEXT, encoded, Recording.MAPS);
            files = AttentionFolder.write(
                    folder,
                    PageContent.of(maps, Findings.NONE).named("<tiny>"),
                    EnumSet.of(DumpFormat.HTML, DumpFormat.SVG, DumpFormat.PNG, DumpFormat.PDF),
                    Style.STANDARD);
        }
    }

    @Test
    void every_file_that_is_told_is_there_and_no_other() throws IOException {
        assertThat(files)
                .hasSize(1 + 2 * (1 + LAYERS * HEADS) + 1)
                .allSatisfy(file -> assertThat(file).isNotEmptyFile());
        try (var all = Files.list(folder)) {
            assertThat(all).containsExactlyInAnyOrderElementsOf(files);
        }
    }

    @Test
    void a_heads_picture_and_the_page_name_text_and_model() throws IOException {
        String svg = Files.readString(folder.resolve("layer-1-head-2.svg"));
        assertThat(svg).contains(">" + TEXT + "<", ">model: &lt;tiny&gt;<");
        String page = Files.readString(folder.resolve("attention.html"));
        assertThat(page).contains("\"model\":\"\\u003ctiny>\"");
    }

    @Test
    void files_of_numbers_are_a_dumps_business() {
        assertThatThrownBy(() -> AttentionFolder.write(
                        folder, PageContent.of(maps, Findings.NONE), EnumSet.of(DumpFormat.NPZ), Style.STANDARD))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("npz is a format of numbers");
    }
}
