package murder.tracker.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import murder.metainfo.InfoHash;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.tracker.AnnounceRequest;
import murder.tracker.FleetNews;
import murder.trust.SwarmKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page of a fleet of 10,000 hosts in Chromium. */
@Tag("slow")
@Timeout(180)
class LivePageInBrowserTest {
    private static final int HOSTS = 10_000;
    private static final int FIRST_LOAD = 300_000;
    private static final int UPDATE = 60_000;
    private static final String UPDATED = "document.documentElement?.dataset.updated === 'yes'";

    @TempDir
    Path profile;

    private TrackerServer server;
    private Browser browser;

    @BeforeEach
    void open() throws Exception {
        server = TrackerServer.start(TrackerServerOptions.builder().bindAddress(InetAddress.getByName("127.0.0.1")).port(0)
            .fleet("web", List.of(SwarmKey.of(new byte[SwarmKey.LENGTH]))).build());
        for (int i = 0; i < HOSTS; i++) {
            tell(i, i < 60 ? fetching(i) : "\"state\":\"staged\"");
        }
        browser = new Browser(profile);
    }

    @AfterEach
    void close() throws IOException {
        if (browser != null) {
            browser.close();
        }
        server.close();
    }

    private static String fetching(int i) {
        String cause = List.of("disk_slow", "link_full", "cpu_busy").get(i % 3);
        return "\"state\":\"fetching\",\"percent\":" + i + ",\"bytes_per_second\":1234567,\"slow\":\"" + cause + "\"";
    }

    private void tell(int host, String facts) {
        String report = "{\"type\":\"agent\",\"name\":\"host-" + host + ".rack-17.example.com\",\"zone\":\"rack-17\",\"tag\":\"release-"
            + "7".repeat(40) + "\"," + facts + "}\n";
        server.fleet().onAnnounce(AnnounceRequest.of(new InfoHash(1, 2, 3), new PeerId(host, 0, 0), 6881, 1)
            .withNews(new FleetNews(-1, report.getBytes(StandardCharsets.UTF_8))), PeerAddress.ofIpv4(0x0a000000 + host, 6881), 1);
    }

    private void openPage() throws Exception {
        browser.open("http://127.0.0.1:" + server.port() + "/");
        browser.await(UPDATED);
    }

    private double number(String expression) throws Exception {
        return Double.parseDouble(browser.evaluate(expression));
    }

    private void width(int pixels) throws Exception {
        browser.command("Emulation.setDeviceMetricsOverride", "\"width\":" + pixels + ",\"height\":800,\"deviceScaleFactor\":2,"
            + "\"mobile\":" + (pixels < 600));
    }

    @Test
    void loadsLittleAndUpdatesEachSecond() throws Exception {
        openPage();
        browser.await("performance.getEntriesByType('resource').length > 3");
        List<String[]> loads = Stream.of(browser.evaluate("performance.getEntriesByType('navigation')"
            + ".concat(performance.getEntriesByType('resource')).map(one => [one.name, one.transferSize, one.startTime].join(' '))"
            + ".join('|')").split("\\|")).map(line -> line.split(" ")).toList();
        String own = "http://127.0.0.1:" + server.port() + "/";
        assertThat(loads).allSatisfy(load -> assertThat(load[0]).isIn(own, own + "live"));
        assertThat(Integer.parseInt(loads.get(0)[1]) + Integer.parseInt(loads.get(1)[1])).as("first load")
            .isBetween(HOSTS, FIRST_LOAD);
        for (int i = 1; i < loads.size(); i++) {
            assertThat(Integer.parseInt(loads.get(i)[1])).as("update %d", i).isLessThan(UPDATE);
            if (i > 1) {
                assertThat(Double.parseDouble(loads.get(i)[2]) - Double.parseDouble(loads.get(i - 1)[2])).as("ms between updates")
                    .isGreaterThanOrEqualTo(999);
            }
        }
    }

    @Test
    void showsCurveAndReasons() throws Exception {
        openPage();
        browser.await("document.querySelectorAll('#curve polyline')[0].points.length > 0");
        for (int i = 30; i < 60; i++) {
            tell(i, "\"state\":\"active\"");
        }
        browser.await("document.querySelectorAll('#curve polyline')[0].points.length > 2");
        browser.await("document.getElementById('title').textContent.includes('9970 of 10000')");
        assertThat(number("document.querySelectorAll('#curve polyline')[0].getBoundingClientRect().width")).isPositive();
        assertThat(browser.evaluate("document.getElementById('causes').innerText")).contains("10 disk slow", "10 CPU busy", "10 link full");
        String rows = browser.evaluate("document.getElementById('rows').innerText");
        assertThat(rows).contains("host-0.rack-17.example.com").contains("disk slow", "CPU busy", "link full", "1.2");
        assertThat(number("document.getElementById('rows').rows.length")).isEqualTo(LiveHandler.MAX_ROWS);
        assertThat(number("document.getElementById('cells').height")).as("a square for each host").isGreaterThan(100);
    }

    @Test
    void fitsAPhone() throws Exception {
        for (int pixels : new int[] {320, 390, 768, 1400}) {
            width(pixels);
            openPage();
            assertThat(number("document.documentElement.scrollWidth")).as("scrolled width at %d pixels", pixels)
                .isLessThanOrEqualTo(number("innerWidth"));
            assertThat(number("innerWidth")).isEqualTo(pixels);
            assertThat(number("document.getElementById('rows').rows[0].cells[6].getBoundingClientRect().right")).as("reason")
                .isBetween(1.0, (double) pixels);
        }
    }

    @Test
    void isLightOrDark() throws Exception {
        for (String scheme : List.of("light", "dark")) {
            browser.command("Emulation.setEmulatedMedia", "\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\""
                + scheme + "\"}]");
            openPage();
            double text = luminance("getComputedStyle(document.body).color");
            double ground = luminance("(() => { const probe = document.createElement('p'); probe.style.background = 'Canvas';"
                + " document.body.append(probe); const colour = getComputedStyle(probe).backgroundColor; probe.remove();"
                + " return colour; })()");
            assertThat(text > ground).as("light letters in %s", scheme).isEqualTo(scheme.equals("dark"));
            assertThat(Math.abs(text - ground)).as("contrast in %s", scheme).isGreaterThan(0.7);
        }
    }

    /** Of a colour such as {@code rgb(18, 18, 18)}, from 0 to 1. */
    private double luminance(String expression) throws Exception {
        String colour = browser.evaluate(expression);
        String[] parts = colour.toLowerCase(Locale.ROOT).replaceAll("[^0-9.,]", "").split(",");
        double light = 0.2126 * Double.parseDouble(parts[0]) + 0.7152 * Double.parseDouble(parts[1])
            + 0.0722 * Double.parseDouble(parts[2]);
        return light / 255;
    }
}
