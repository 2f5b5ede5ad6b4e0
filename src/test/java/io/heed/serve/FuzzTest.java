package io.heed.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Requests that are wrong in every way chance finds: bench/serve.py sends more. */
class FuzzTest {

    private static final Malformed REQUESTS = new Malformed(
            List.of("{\"text\": \"the cat\", \"nonsense\": [1, {\"a\": null}], \"top\": 3}"),
            List.of("/api/predict", "/api/generate", "/api/attention", "/api/trace", "/api/compare"));

    @Test
    void is_answered_with_what_is_wrong_and_the_server_goes_on() throws Exception {
        try (Served served = new Served(ServeSettings.LOCAL)) {
            REQUESTS.assertRefused(served, 600);
            assertThat(served.post("/api/predict", "{\"text\": \"the cat\"}").statusCode())
                    .isEqualTo(200);
        }
    }
}
