package io.heed.cli;

import io.heed.Json;
import io.heed.checkpoint.LanguageModel;
import io.heed.cli.options.ModelChoice;
import io.heed.cli.program.CommandLineProgram;
import io.heed.cli.program.Failures;
import io.heed.cli.terminal.Interruption;
import io.heed.serve.ServeSettings;
import io.heed.serve.Server;
import io.heed.serve.model.ModelSite;
import io.heed.text.Visible;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code heed serve}: the page and the API of a model, until Ctrl-C. */
@Command(
        name = "serve",
        description = "Serve a page that shows next words and attention as you type, and an HTTP API.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Ctrl-C finishes the answers in progress and exits with code 130. docs/serve.md describes the API.",
            "",
            "  heed serve models/toy",
            "  curl -H 'Content-Type: application/json' -d '{\"text\": \"the cat sat on the\"}' \\",
            "      http://127.0.0.1:8080/api/predict",
            "  HEED_TOKEN=$(openssl rand -hex 16) heed serve models/toy --host 0.0.0.0 \\",
            "      --allow-host heed.example.org"
        })
@SuppressWarnings("NullAway.Init")
final class ServeCommand implements Callable<Integer>, CommandLineProgram.Computing {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelChoice choice;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "The address to listen on. Default: ${DEFAULT-VALUE}, which other machines cannot reach.")
    private String host;

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "8080",
            description = "The port to listen on; 0 takes a free one. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = "--allow-host",
            paramLabel = "NAME",
            description = "Accept requests addressed to this name, with :PORT if it is not the server's own. May be"
                    + " repeated.")
    private List<String> allowedHosts = new ArrayList<>();

    @Option(
            names = "--token",
            paramLabel = "TEXT",
            description =
                    "Answer only requests with this token, of 16 characters or more. Prefer HEED_TOKEN, which nobody else on this machine sees.")
    private @Nullable String token;

    @Option(
            names = "--without-token",
            description = "Require no token on an address that other machines reach: anyone there may ask.")
    private boolean withoutToken;

    @Option(
            names = "--max-body",
            paramLabel = "BYTES",
            defaultValue = "1000000",
            description = "Largest request body. Default: ${DEFAULT-VALUE}.")
    private int largestBody;

    @Option(
            names = "--queue",
            paramLabel = "N",
            defaultValue = "1024",
            description =
                    "Number of texts that may wait for their next words; more are told to try again. Default: ${DEFAULT-VALUE}.")
    private int queue;

    @Option(
            names = "--time-limit",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description =
                    "How long a body may take to arrive, and an answer to be computed. Default: ${DEFAULT-VALUE}.")
    private int timeLimit;

    @Option(names = "--json", description = "Print the address as one JSON object.")
    private boolean json;

    /**
     * A running server.
     *
     * @param address the address of its page
     * @param model the model's folder
     */
    record Started(String address, Path model) {}

    @Override
    public Integer call() throws InterruptedException {
        range("--port", port, 0, 65535);
        range("--max-body", largestBody, 1, 1 << 28);
        range("--queue", queue, 1, 1 << 20);
        range("--time-limit", timeLimit, 1, 3600);
        if (host.isBlank()) {
            throw new ParameterException(spec.commandLine(), "--host: give a name or address, such as 127.0.0.1");
        }
        for (String allowed : allowedHosts) {
            if (!allowed.matches("[^\\s/@]+")) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--allow-host: \"%s\" is not a host; give a name such as heed.example.org, or NAME:PORT"
                                .formatted(Visible.text(allowed)));
            }
        }
        String secret = token == null ? System.getenv("HEED_TOKEN") : token;
        if (secret == null && !withoutToken && !isLoopback()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--host: other machines reach %s; set HEED_TOKEN, so that they need a token, or give --without-token"
                            .formatted(host));
        }
        ServeSettings settings =
                new ServeSettings(host, port, allowedHosts, secret, largestBody, queue, Duration.ofSeconds(timeLimit));
        PrintWriter err = spec.commandLine().getErr();
        try (LanguageModel model = choice.load(err);
                Interruption interruption = Interruption.orTermination()) {
            int code;
            try (Server server =
                    new Server(new ModelSite(model, choice.name(), settings), settings, e -> report(err, e))) {
                announce(server);
                code = interruption.await();
                if (server.isAnswering()) {
                    err.println("heed: finishing the answers in progress");
                }
            }
            return code;
        }
    }

    private void range(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new ParameterException(
                    spec.commandLine(), "%s: %d is not from %d to %d".formatted(option, value, least, most));
        }
    }

    private boolean isLoopback() {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new ParameterException(spec.commandLine(), "--host: %s is not a known address".formatted(host), e);
        }
    }

    private void report(PrintWriter err, Throwable failure) {
        boolean debug = spec.root().findOption("--debug").getValue();
        if (failure instanceof OutOfMemoryError && !debug) {
            err.println(
                    "heed: there is too little memory for so many requests at once; give the server a larger heap, as in"
                            + " HEED_JAVA_OPTIONS=-Xmx4g");
            return;
        }
        err.println(debug ? Failures.trace(failure) : "heed: " + Failures.sentence(failure));
    }

    private void announce(Server server) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.line(new Started(server.address(), choice.folder())));
        } else {
            out.println("Serving " + Visible.text(choice.folder().toString()) + " at " + server.address());
        }
        out.flush();
    }
}
