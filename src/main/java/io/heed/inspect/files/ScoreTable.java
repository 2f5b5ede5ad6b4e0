package io.heed.inspect.files;

import io.heed.AtomicFile;
import io.heed.Json;
import io.heed.inspect.evidence.ScoreAttribution;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/** Writes what scores are made of: {@code score_terms.csv}, one line per term. */
public final class ScoreTable {

    private static final List<String> COLUMNS = List.of(
            "part", "layer", "head", "query", "key", "query_token", "key_token", "query_part", "key_part", "term");

    private ScoreTable() {}

    /**
     * Writes the file, if there are scores.
     *
     * @return the file, or nothing
     * @throws io.heed.HeedException if the folder cannot be written
     */
    public static List<Path> write(Path folder, List<ScoreAttribution> scores) {
        if (scores.isEmpty()) {
            return List.of();
        }
        Path file = folder.resolve("score_terms.csv");
        AtomicFile.write(file, out -> write(out, scores));
        return List.of(file);
    }

    private static void write(OutputStream out, List<ScoreAttribution> scores) {
        JsonGenerator rows = CsvRows.begin(out, COLUMNS);
        for (ScoreAttribution score : scores) {
            for (int i = 0; i < score.queryParts().size(); i++) {
                for (int j = 0; j < score.keyParts().size(); j++) {
                    rows.writePOJO(line(score, i, j));
                }
            }
        }
        rows.flush();
    }

    private static List<Object> line(ScoreAttribution score, int queryPart, int keyPart) {
        ScoreAttribution.Cell cell = score.cell();
        return List.of(
                Json.word(cell.attention()),
                cell.layer(),
                cell.head(),
                cell.query(),
                cell.key(),
                score.queryToken(),
                score.keyToken(),
                score.queryParts().get(queryPart).shortName(),
                score.keyParts().get(keyPart).shortName(),
                score.terms()[queryPart][keyPart]);
    }
}
