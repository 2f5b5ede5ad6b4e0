package io.heed.serve;

import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Answers in Jetty's place, in the same form as the routes, whatever reaches none, such as what is not HTTP. */
final class Refusal extends ErrorHandler {

    private final Metrics metrics;

    Refusal(Metrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Throwable cause = (Throwable) request.getAttribute(ERROR_EXCEPTION);
        boolean bad = cause instanceof org.eclipse.jetty.http.HttpException; // such as HTTP/9, for which HTTP has 505
        int status = bad && response.getStatus() >= 500 ? 400 : response.getStatus();
        metrics.answered("none", status, 0);
        response.reset();
        Guard.HEADERS.forEach((name, value) -> response.getHeaders().put(name, value));
        problem(status, cause).send(request, response, callback);
        return true;
    }

    private static Problem problem(int status, @Nullable Throwable cause) {
        return switch (status) {
            case 404 -> new Problem(404, "there is nothing here; /openapi.json lists what there is");
            case 408 -> new Problem(408, "the request did not arrive in time");
            case 413 -> new Problem(413, "the request is too large");
            case 414 -> new Problem(414, "the request's path is too long");
            case 431 -> new Problem(431, "the request's headers are too large");
            case 503 -> new Problem(503, "too many questions are already waiting; try again", "Retry-After", "1");
            default ->
                status < 500
                        ? new Problem(status, "the request cannot be read")
                        : Problem.of(cause == null ? new IllegalStateException() : cause);
        };
    }
}
