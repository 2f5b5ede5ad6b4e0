package io.heed.serve;

import java.util.Set;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** The first stage of a request: checks it and receives the whole question before a thread is spent on the answer. */
final class Gate extends Handler.Wrapper {

    /** The request attribute that holds its body. */
    static final String BODY = "io.heed.body";

    private final Guard guard;
    private final Body body;
    private final Set<String> open;
    private final Set<String> questions;
    private final Metrics metrics;

    /**
     * Creates a gate.
     *
     * @param open the paths that need no token
     * @param questions the paths that bodies are posted to
     */
    Gate(Guard guard, Body body, Set<String> open, Set<String> questions, Metrics metrics) {
        this.guard = guard;
        this.body = body;
        this.open = open;
        this.questions = questions;
        this.metrics = metrics;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        Guard.HEADERS.forEach((name, value) -> response.getHeaders().put(name, value));
        String path = request.getHttpURI()
                .getPath(); // as it was sent: a path that only becomes an open one later needs the token
        try {
            guard.check(request, path != null && open.contains(path));
            if (!HttpMethod.POST.is(request.getMethod()) || path == null || !questions.contains(path)) {
                Body.leave(request, response);
                return super.handle(request, response, callback);
            }
            body.read(request, new Body.Receiver() {
                @Override
                public void arrived(byte[] whole, Runnable release) {
                    request.setAttribute(BODY, whole);
                    pass(request, response, Callback.from(release, callback));
                }

                @Override
                public void failed(Problem problem) {
                    refuse(problem, request, response, callback);
                }
            });
        } catch (Problem problem) {
            refuse(problem, request, response, callback);
        }
        return true;
    }

    private void pass(Request request, Response response, Callback callback) {
        try {
            if (!super.handle(request, response, callback)) {
                Response.writeError(request, response, callback, 404);
            }
        } catch (Exception | Error e) {
            Response.writeError(request, response, callback, e);
        }
    }

    private void refuse(Problem problem, Request request, Response response, Callback callback) {
        String path = String.valueOf(request.getHttpURI().getPath());
        double seconds = (System.nanoTime() - request.getBeginNanoTime()) / 1e9;
        metrics.answered(questions.contains(path) || open.contains(path) ? path : "none", problem.status(), seconds);
        problem.send(request, response, callback);
    }
}
