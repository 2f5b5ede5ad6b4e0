package io.heed.cli.terminal;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The browser of the person at the terminal. */
public final class DesktopBrowser {

    private DesktopBrowser() {}

    /** Opens an address if somebody sits at the terminal and has a desktop. Nothing is said if that fails. */
    public static void open(String address) {
        List<String> command = command(System.getProperty("os.name", ""), System.getenv(), address);
        if (command.isEmpty() || !Terminal.watchesErrors()) {
            return;
        }
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
        } catch (IOException e) {
            // the address has been printed
        }
    }

    /** Returns the command that opens an address; empty if there is no desktop. */
    static List<String> command(String system, Map<String, String> environment, String address) {
        String name = system.toLowerCase(Locale.ROOT);
        if (name.startsWith("windows")) {
            return List.of("rundll32", "url.dll,FileProtocolHandler", address);
        }
        if (name.startsWith("mac")) {
            return List.of("open", address);
        }
        boolean desktop = environment.containsKey("DISPLAY") || environment.containsKey("WAYLAND_DISPLAY");
        return desktop ? List.of("xdg-open", address) : List.of(); // which might open a browser in the terminal
    }
}
