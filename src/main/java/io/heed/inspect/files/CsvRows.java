package io.heed.inspect.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.dataformat.csv.CsvMapper;
import tools.jackson.dataformat.csv.CsvSchema;
import tools.jackson.dataformat.csv.CsvWriteFeature;

/** CSV (RFC 4180): words are quoted, numbers are not, and a missing value is empty. */
final class CsvRows {

    private static final CsvMapper MAPPER =
            CsvMapper.builder().enable(CsvWriteFeature.ALWAYS_QUOTE_STRINGS).build();

    private CsvRows() {}

    /** Starts a file with a line of names; each array written after it is a line. */
    static JsonGenerator begin(OutputStream out, List<String> columns) {
        JsonGenerator rows = MAPPER.writer(CsvSchema.emptySchema().withLineSeparator("\r\n"))
                .createGenerator(new OutputStreamWriter(out, UTF_8));
        rows.writeStartArray();
        columns.forEach(rows::writeRawValue);
        rows.writeEndArray();
        return rows;
    }
}
