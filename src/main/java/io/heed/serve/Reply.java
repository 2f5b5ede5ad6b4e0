package io.heed.serve;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.heed.Json;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** An answer that is ready to be sent. */
@FunctionalInterface
public interface Reply {

    /** The slowest client that is waited for, in bytes per second. */
    int SLOWEST = 1 << 14;

    /** Sends it, which may take as long as the client needs. */
    void send(HttpServletResponse response) throws IOException, InterruptedException;

    /** Computes answers. */
    @FunctionalInterface
    interface Source {

        /**
         * Starts to compute an answer.
         *
         * @param body the question
         * @param call the call, whose end ends the computation
         * @return the answer, which the waiting thread sends
         * @throws Problem if the question is invalid, or there is too much work
         */
        CompletableFuture<Reply> to(byte[] body, Call call);
    }

    /** Returns a reply of a value as JSON. */
    static Reply json(Object value) {
        return of("application/json", Json.ascii(value).getBytes(US_ASCII));
    }

    /**
     * Returns a reply of a value as JSON, which is generated while it is sent.
     *
     * @param patience the time after which a slow client is disconnected
     */
    static Reply streamed(Object value, Duration patience) {
        return response -> {
            response.setContentType("application/json");
            Json.write(new SlowClientOutput(response.getOutputStream(), patience, SLOWEST), value);
        };
    }

    /** Returns a reply of these bytes. */
    static Reply of(String type, byte[] bytes) {
        return response -> {
            response.setContentType(type);
            response.setContentLength(bytes.length); // also for HEAD
            response.getOutputStream().write(bytes);
        };
    }
}
