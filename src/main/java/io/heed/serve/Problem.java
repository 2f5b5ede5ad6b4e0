package io.heed.serve;

import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.jetty.http.HttpStatus;

/** A request that cannot be answered, and what its sender is told: RFC 9457's problem details. */
final class Problem extends RuntimeException {

    static final String TYPE = "application/problem+json";

    private final int status;
    private final String header;
    private final String value;

    /** Creates one with the sentence its sender reads. */
    Problem(int status, String sentence) {
        this(status, sentence, "", "");
    }

    /** Creates one that says more in a header. */
    Problem(int status, String sentence, String header, String value) {
        super(sentence, null, false, false); // thrown to answer: nobody reads where
        this.status = status;
        this.header = header;
        this.value = value;
    }

    /** There is more to do than can be done: try again. */
    static Problem busy(String sentence) {
        return new Problem(429, sentence, "Retry-After", "1");
    }

    int status() {
        return status;
    }

    /** The header that says more; empty for none. */
    String header() {
        return header;
    }

    String headerValue() {
        return value;
    }

    byte[] json() {
        return json(status, String.valueOf(getMessage()));
    }

    static byte[] json(int status, String sentence) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("title", HttpStatus.getMessage(status));
        details.put("status", status);
        details.put("detail", sentence);
        return Json.bytes(details);
    }
}
