package io.heed.serve;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.heed.Json;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** A request that cannot be answered, and the error for its sender: RFC 9457's problem details. */
public final class Problem extends RuntimeException {

    static final String TYPE = "application/problem+json";

    /**
     * The error as it is sent.
     *
     * @param title the name of the status
     * @param status the HTTP status
     * @param detail what is wrong, in a sentence
     */
    public record Details(String title, int status, String detail) {}

    private final int status;
    private final String header;
    private final String value;

    /** Creates a problem with the sentence for its sender. */
    public Problem(int status, String sentence) {
        this(status, sentence, "", "");
    }

    /** Creates a problem with an additional header. */
    public Problem(int status, String sentence, String header, String value) {
        super(sentence, null, false, false); // thrown as an answer: nobody reads the trace
        this.status = status;
        this.header = header;
        this.value = value;
    }

    /** Creates a problem for too much work: try again. */
    public static Problem busy(String sentence) {
        return new Problem(429, sentence, "Retry-After", "1");
    }

    /** Creates the problem for a failure that is no request's fault. */
    public static Problem of(Throwable failure) {
        return failure instanceof OutOfMemoryError
                ? new Problem(
                        503,
                        "the server has too little memory for this now; send a shorter text, ask for one layer or head, or try again",
                        "Retry-After",
                        "5")
                : new Problem(500, "the server failed; its log says why");
    }

    /** Sends it in place of an answer that has not started. */
    void send(HttpServletResponse response) {
        if (!header.isEmpty()) {
            response.setHeader(header, value);
        }
        byte[] json = json();
        response.resetBuffer();
        response.setStatus(status);
        response.setContentType(TYPE);
        response.setContentLength(json.length);
        try {
            response.getOutputStream().write(json);
        } catch (IOException e) {
            // the client has gone
        }
    }

    /** Sends it, or aborts an answer that is partly sent. */
    void end(HttpServletResponse response) {
        if (response.isCommitted()) {
            cutOff(response);
        } else {
            send(response);
        }
    }

    /** Keeps a partial answer from passing for the whole. */
    static void cutOff(HttpServletResponse response) {
        try {
            response.sendError(-1); // Jetty's way to say so
        } catch (IOException e) {
            // it is cut off
        }
    }

    /** Sends it before a request has reached its route. */
    void send(Request request, Response response, Callback callback) {
        Body.leave(request, response);
        if (!header.isEmpty()) {
            response.getHeaders().put(header, value);
        }
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, TYPE);
        response.write(true, ByteBuffer.wrap(json()), callback);
    }

    public int status() {
        return status;
    }

    /** The additional header; empty for none. */
    public String header() {
        return header;
    }

    public String headerValue() {
        return value;
    }

    byte[] json() {
        return json(status, String.valueOf(getMessage()));
    }

    static byte[] json(int status, String sentence) {
        return Json.ascii(new Details(HttpStatus.getMessage(status), status, sentence))
                .getBytes(US_ASCII);
    }
}
