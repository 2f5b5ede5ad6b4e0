package io.heed.inspect.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heed.inspect.Recording;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.util.List;

/**
 * Attention weights as CSV (RFC 4180), one line for each pair of a query and a key it may see, in the long form that data frames like:
 * {@code text, layer, head, query, key, query_token, key_token, score, weight}.
 */
final class CsvSink implements Sink {

    private final Writer out;
    private int texts;

    CsvSink(OutputStream out) throws IOException {
        this.out = new BufferedWriter(new OutputStreamWriter(out, UTF_8));
        this.out.write("text,layer,head,query,key,query_token,key_token,score,weight\r\n");
    }

    @Override
    public void add(Recording recording) throws IOException {
        List<String> tokens =
                recording.encoded().tokens().stream().map(CsvSink::quoted).toList();
        for (int layer = 0; layer < recording.layers(); layer++) {
            for (int head = 0; head < recording.heads(); head++) {
                float[][] scores = recording.scores(layer, head);
                float[][] weights = recording.weights(layer, head);
                String start = texts + "," + layer + "," + head + ",";
                for (int query = 0; query < weights.length; query++) {
                    for (int key = 0; key <= query; key++) {
                        out.write(start + query + "," + key + "," + tokens.get(query) + "," + tokens.get(key) + ","
                                + scores[query][key] + "," + weights[query][key] + "\r\n");
                    }
                }
            }
        }
        texts++;
    }

    private static String quoted(String token) {
        return "\"" + token.replace("\"", "\"\"") + "\"";
    }

    @Override
    public void finish() throws IOException {
        out.flush();
    }
}
