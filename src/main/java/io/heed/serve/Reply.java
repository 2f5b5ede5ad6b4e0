package io.heed.serve;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.heed.Json;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** What is ready to be sent. */
@FunctionalInterface
interface Reply {

    /** Sends it, which may take as long as the client does. */
    void send(HttpServletResponse response) throws IOException, InterruptedException;

    /** Finds answers. */
    @FunctionalInterface
    interface Source {

        /**
         * Begins to compute an answer.
         *
         * @param body what was asked
         * @param call ends the computation where it ends
         * @return what comes, and is sent by whoever waits for it
         * @throws Problem if the question is wrong, or there is too much to do
         */
        CompletableFuture<Reply> to(byte[] body, Call call);
    }

    /** Sends a value as JSON. */
    static Reply json(Object value) {
        return of("application/json", Json.ascii(value).getBytes(US_ASCII));
    }

    /** Sends bytes as they are. */
    static Reply of(String type, byte[] bytes) {
        return response -> {
            response.setContentType(type);
            response.setContentLength(bytes.length); // of the head alone, too
            response.getOutputStream().write(bytes);
        };
    }
}
