package io.heed.serve;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * What a path answers.
 *
 * @param kind how it is asked
 * @param path as requests spell it, without variables
 * @param access whether a token is needed
 * @param source computes the answer
 */
public record Route(Kind kind, String path, Access access, Reply.Source source) {

    /** How a path is asked. HEAD is answered like GET, without the body. */
    public enum Kind {
        /** A question is posted as JSON. */
        QUESTION("POST"),
        /** There is something to read. */
        DOCUMENT("GET", "HEAD"),
        /** The answer goes on until its client leaves. */
        STREAM("GET");

        @SuppressWarnings("ImmutableEnumChecker") // List.of gives one that nobody can change
        private final List<String> methods;

        Kind(String... methods) {
            this.methods = List.of(methods);
        }

        /** Returns the methods of HTTP that ask for it. */
        public List<String> methods() {
            return methods;
        }
    }

    /** Whether a token is needed, if the server has one: not for the page itself, which asks for it. */
    public enum Access {
        OPEN,
        TOKEN
    }

    /** Returns a question, whose body is JSON. */
    public static Route question(String path, Reply.Source source) {
        return new Route(Kind.QUESTION, path, Access.TOKEN, source);
    }

    /** Returns something to read. */
    public static Route get(String path, Access access, Reply reply) {
        CompletableFuture<Reply> ready = CompletableFuture.completedFuture(reply);
        return new Route(Kind.DOCUMENT, path, access, (body, call) -> ready);
    }

    /**
     * Returns an answer that goes on.
     *
     * @param stream sends it, and ends when its call does
     */
    public static Route stream(String path, Function<Call, Reply> stream) {
        return new Route(
                Kind.STREAM, path, Access.TOKEN, (body, call) -> CompletableFuture.completedFuture(stream.apply(call)));
    }

    /** Returns a file of the page. */
    public static Route file(String path, Asset asset) {
        return get(path, Access.OPEN, response -> {
            response.setHeader("Cache-Control", "no-cache");
            Reply.of(asset.type(), asset.bytes()).send(response);
        });
    }
}
