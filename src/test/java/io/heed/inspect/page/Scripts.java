package io.heed.inspect.page;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.io.IOAccess;
import org.graalvm.polyglot.proxy.ProxyExecutable;

/** Runs the pages' scripts by GraalJS, which has no document and no window. */
public final class Scripts implements AutoCloseable {

    private static final String MODULE = "application/javascript+module";

    private static final Engine ENGINE = Engine.newBuilder("js")
            .allowExperimentalOptions(true)
            .option("js.esm-eval-returns-exports", "true")
            .option("engine.WarnInterpreterOnly", "false")
            .build();

    private final Context context =
            Context.newBuilder("js").engine(ENGINE).allowIO(IOAccess.ALL).build();

    /** Starts with no script. */
    public Scripts() {
        run("globalThis.setTimeout = what => what()");
    }

    /** Runs a classic script; returns the value of its last statement. */
    public Value run(String script) {
        return context.eval("js", script);
    }

    /** Reads a classic script without running it. */
    public void parse(String script) {
        context.parse("js", script);
    }

    /** Runs a module among the resources; returns what it exports. */
    public Value module(String path) {
        URL url = Scripts.class.getResource(path);
        if (url == null) {
            throw new IllegalArgumentException("there is no " + path);
        }
        try {
            return context.eval(Source.newBuilder("js", url).mimeType(MODULE).build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs modules of the pages; their exports are then names that scripts know. */
    public void know(String... modules) {
        for (String module : modules) {
            Value exports = module(module);
            exports.getMemberKeys().forEach(name -> context.getBindings("js").putMember(name, exports.getMember(name)));
        }
    }

    /** What a promise has been kept with; all that it waits for has to be there. */
    public static Value kept(Value promise) {
        List<Value> kept = new ArrayList<>();
        ProxyExecutable keep = values -> kept.add(values[0]);
        ProxyExecutable fail = values -> {
            throw new AssertionError(values[0].toString());
        };
        promise.invokeMember("then", keep, fail);
        return kept.get(0);
    }

    @Override
    public void close() {
        context.close();
    }
}
