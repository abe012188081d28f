package murder.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import murder.fuzz.PrometheusText;
import murder.tracker.http.TrackerServer;
import murder.tracker.http.TrackerServerOptions;
import murder.trust.SwarmKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The example dashboard and the example alerts ask for series that a tracker has. */
class MonitoringTest {
    private static final Path FOLDER = Repository.root().resolve("murder-tools/packaging/monitoring");
    /** A metric, perhaps with the alternatives of one label. */
    private static final Pattern SELECTOR = Pattern.compile("\\b(murder_[a-z_]+)(?:\\{([a-z]+)=~?\"([a-z_|]+)\"})?");

    @ParameterizedTest
    @ValueSource(strings = {"dashboard.json", "alerts.yml"})
    void expressionsUseSeriesOfTheTracker(String file) throws Exception {
        Set<String> wanted = wanted(Files.readString(FOLDER.resolve(file)));
        assertThat(wanted).hasSizeGreaterThan(4);
        assertThat(series()).containsAll(wanted);
    }

    private static Set<String> wanted(String text) {
        return SELECTOR.matcher(text).results().flatMap(MonitoringTest::series).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<String> series(MatchResult selector) {
        return selector.group(2) == null ? Stream.of(selector.group(1)) : Stream.of(selector.group(3).split("\\|"))
            .map(value -> selector.group(1) + "{" + selector.group(2) + "=\"" + value + "\"}");
    }

    @Test
    void selectorsAreFound() {
        assertThat(wanted("sum(murder_a{b=~\"c|d\"}) > murder_e")).containsExactly("murder_a{b=\"c\"}", "murder_a{b=\"d\"}", "murder_e");
    }

    /** Every series of a tracker with a fleet, with its label and also without. */
    private static Set<String> series() throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (TrackerServer tracker = TrackerServer.start(TrackerServerOptions.builder().bindAddress(loopback).port(0)
                .fleet("web", List.of(SwarmKey.of(new byte[SwarmKey.LENGTH]))).build())) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + tracker.port() + "/metrics")).build();
            String text = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
            Set<String> all = new TreeSet<>();
            for (String sample : PrometheusText.parse(text).keySet()) {
                all.add(sample);
                all.add(sample.replaceAll("\\{.*", ""));
            }
            return all;
        }
    }
}
