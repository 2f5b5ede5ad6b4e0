package io.heed.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class DesktopBrowserTest {

    private static final String PAGE = "http://127.0.0.1:8090/";

    @Test
    void each_system_has_its_own_command() {
        assertThat(DesktopBrowser.command("Linux", Map.of("DISPLAY", ":0"), PAGE))
                .containsExactly("xdg-open", PAGE);
        assertThat(DesktopBrowser.command("Linux", Map.of("WAYLAND_DISPLAY", "wayland-0"), PAGE))
                .containsExactly("xdg-open", PAGE);
        assertThat(DesktopBrowser.command("Mac OS X", Map.of(), PAGE)).containsExactly("open", PAGE);
        assertThat(DesktopBrowser.command("Windows 11", Map.of(), PAGE))
                .containsExactly("rundll32", "url.dll,FileProtocolHandler", PAGE);
    }

    /** Where there is no desktop, xdg-open may start a browser that takes the terminal. */
    @Test
    void nothing_is_opened_without_a_desktop() {
        assertThat(DesktopBrowser.command("Linux", Map.of("TERM", "xterm"), PAGE))
                .isEmpty();
    }
}
