package murder.tools.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import murder.engine.Engine;
import murder.engine.EngineOptions;
import murder.engine.SlowCause;
import murder.fuzz.PrometheusText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AgentMetricsTest {
    private static AgentReport fetching(String tag) {
        return new AgentReport("host\"1", "z", 7, "/srv/app", tag, AgentState.FETCHING, "", List.of(), 12.5, 100, SlowCause.DISK_SLOW, 200,
            "", null, null, AgentReport.Spent.NOTHING, null, false);
    }

    private static HttpResponse<String> ask(AgentMetrics metrics, String method, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + metrics.port() + path))
            .method(method, HttpRequest.BodyPublishers.noBody()).build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void figuresKeepToTheFormat() throws Exception {
        try (Engine engine = Engine.start(EngineOptions.builder().bindAddress(InetAddress.getLoopbackAddress()).build());
             AgentMetrics metrics = AgentMetrics.start(0, engine)) {
            assertThat(PrometheusText.parse(ask(metrics, "GET", "/metrics").body())).containsEntry("murder_agent_order_serial", -1.0);
            metrics.onReport(AgentReport.toBytes(List.of(fetching("v1"), fetching("v2"))));

            HttpResponse<String> answer = ask(metrics, "GET", "/metrics");
            assertThat(answer.headers().firstValue("content-type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
            Map<String, Double> figures = PrometheusText.parse(answer.body());
            assertThat(figures).containsEntry("murder_agent_releases{state=\"fetching\"}", 2.0)
                .containsEntry("murder_agent_releases{state=\"active\"}", 0.0)
                .containsEntry("murder_agent_fetches{cause=\"disk_slow\"}", 2.0)
                .containsEntry("murder_agent_fetches{cause=\"far_away\"}", 0.0).containsEntry("murder_agent_torrents", 0.0)
                .containsEntry("murder_agent_received_bytes_total", 0.0)
                .hasSize(1 + AgentState.values().length + SlowCause.values().length + 3 + 4);
        }
    }

    @Test
    void otherRequestsAreRefused() throws Exception {
        try (Engine engine = Engine.start(EngineOptions.builder().bindAddress(InetAddress.getLoopbackAddress()).build());
             AgentMetrics metrics = AgentMetrics.start(0, engine)) {
            assertThat(ask(metrics, "GET", "/metrics/x").statusCode()).isEqualTo(404);
            assertThat(ask(metrics, "POST", "/metrics").statusCode()).isEqualTo(405);
        }
    }
}
