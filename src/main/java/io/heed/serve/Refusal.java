package io.heed.serve;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Answers what is no HTTP request, and so reaches no route, as everything else is answered. */
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
        response.setStatus(status);
        Guard.HEADERS.forEach((name, value) -> response.getHeaders().put(name, value));
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.TYPE);
        String sentence = status < 500 ? "this is no request that can be read" : "the server failed";
        response.write(true, ByteBuffer.wrap(Problem.json(status, sentence)), callback);
        return true;
    }
}
