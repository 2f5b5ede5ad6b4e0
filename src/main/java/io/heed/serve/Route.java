package io.heed.serve;

import java.util.concurrent.CompletableFuture;

/**
 * The answer to one method of one path.
 *
 * @param path as requests spell it, without variables
 * @param access whether a token is needed
 * @param source computes the answer
 */
public record Route(Method method, String path, Access access, Reply.Source source) {

    /** How a path is asked. HEAD is answered like GET, without the body. */
    public enum Method {
        GET,
        POST
    }

    /** Whether a token is needed, if the server has one: not for the page itself, which asks for it. */
    public enum Access {
        OPEN,
        TOKEN
    }

    /** Returns a question, whose body is JSON. */
    public static Route question(String path, Reply.Source source) {
        return new Route(Method.POST, path, Access.TOKEN, source);
    }

    /** Returns something to read. */
    public static Route get(String path, Access access, Reply reply) {
        CompletableFuture<Reply> ready = CompletableFuture.completedFuture(reply);
        return new Route(Method.GET, path, access, (body, call) -> ready);
    }

    /** Returns a file of the page. */
    public static Route file(String path, Asset asset) {
        return get(path, Access.OPEN, response -> {
            response.setHeader("Cache-Control", "no-cache");
            Reply.of(asset.type(), asset.bytes()).send(response);
        });
    }
}
