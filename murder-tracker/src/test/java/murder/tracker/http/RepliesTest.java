package murder.tracker.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import murder.bencode.BencodeException;
import murder.metainfo.InfoHash;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.tracker.AnnounceEvent;
import murder.tracker.AnnounceRequest;
import murder.tracker.AnnounceResponse;
import murder.tracker.AnnouncedPeer;
import murder.tracker.FleetAnswer;
import murder.tracker.FleetNews;
import murder.tracker.IpLiteral;
import murder.tracker.ScrapeResponse;
import murder.tracker.SwarmSnapshot;
import murder.tracker.TrackerException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Announces, replies and the state file in the forms in which they travel. */
class RepliesTest {
    @Test
    void readsEmptyListOfOriginal() throws TrackerException {
        AnnounceResponse response = read("d8:completei1e10:incompletei0e8:intervali15e5:peersle");
        assertThat(response).isEqualTo(new AnnounceResponse(15, 0, 1, 0, List.of(), "", ""));
    }

    @Test
    void readsTheOriginalsDictionaries() throws TrackerException {
        assertThat(read("d8:intervali15e5:peersld2:ip9:127.0.0.17:peer id20:T03H-----6yi9nqzt2rZ4:porti2222eed2:ip3:foo4:porti1eee")
            .peers())
            .containsExactly(new AnnouncedPeer(IpLiteral.parse("127.0.0.1", 2222),
                PeerId.read(ByteBuffer.wrap("T03H-----6yi9nqzt2rZ".getBytes(StandardCharsets.US_ASCII)))));
    }

    @Test
    void readsOddRepliesOfOtherTrackers() throws TrackerException {
        AnnouncedPeer peer = new AnnouncedPeer(IpLiteral.parse("97.98.99.100", 0x6566), null);
        assertThat(read("d8:interval1:55:peers6:abcdef6:peers617:abcdefghijklmnopq"))
            .isEqualTo(new AnnounceResponse(5, 0, -1, -1, List.of(peer), "", ""));
        assertThat(read("d8:intervali5e5:peersde").peers()).isEmpty();
        assertThat(read("d8:interval2:xy5:peers8:abcdefgh").intervalSeconds()).isEqualTo(Replies.DEFAULT_INTERVAL_SECONDS);
        assertThat(read("d8:intervali5e12:min interval1:9").minIntervalSeconds()).isEqualTo(9);
    }

    @Test
    void limitsReplies() throws TrackerException {
        assertThat(read("d8:intervali-5e12:min intervali99999999999e8:completei-7e5:peers0:").intervalSeconds()).isEqualTo(1);
        assertThat(read("d8:intervali99999999999e5:peers0:").intervalSeconds()).isEqualTo(86_400);
        assertThat(read("d5:peers0:").intervalSeconds()).isEqualTo(Replies.DEFAULT_INTERVAL_SECONDS);
        assertThat(read("d5:peers30000:" + "abcdef".repeat(5000)).peers()).hasSize(Replies.MAX_PEERS);
        assertThat(read("d15:warning message4:a\nbc10:tracker id3:xyz").warning()).isEqualTo("a.bc");
        assertThat(read("d10:tracker id3:xyz").trackerId()).isEqualTo("xyz");
    }

    private static AnnounceResponse read(String reply) throws TrackerException {
        return Replies.readAnnounce(Text.latin1(reply + "e"));
    }

    @Property(tries = 200)
    void anAnnounceSurvivesItsQuery(@ForAll long seed) throws TrackerException {
        SplittableRandom random = new SplittableRandom(seed);
        AnnounceRequest request = new AnnounceRequest(new InfoHash(random.nextLong(), random.nextLong(), random.nextInt()),
            new PeerId(random.nextLong(), random.nextLong(), random.nextInt()), random.nextInt(65536), random.nextLong(Long.MAX_VALUE),
            random.nextLong(Long.MAX_VALUE), random.nextLong(Long.MAX_VALUE), AnnounceEvent.values()[random.nextInt(4)],
            random.nextInt(100) - 1, text(random), random.nextBoolean() ? null : address(random).withPort(0), random.nextBoolean(),
            random.nextBoolean(), text(random), text(random), news(random));
        assertThat(AnnounceQuery.parse(Query.parse(AnnounceQuery.format(request)))).isEqualTo(request);
    }

    @Property(tries = 200)
    void aResponseSurvivesItsReply(@ForAll long seed) throws TrackerException {
        SplittableRandom random = new SplittableRandom(seed);
        AnnounceRequest request = AnnounceRequest.of(new InfoHash(0, 0, 0), new PeerId(0, 0, 0), 1, 1)
            .withForm(random.nextBoolean(), random.nextBoolean());
        List<AnnouncedPeer> peers = new ArrayList<>();
        for (int i = random.nextInt(20); i > 0; i--) {
            peers.add(new AnnouncedPeer(address(random), null));
        }
        AnnounceResponse response = new AnnounceResponse(1 + random.nextInt(80_000), random.nextInt(100), random.nextInt(100) - 1,
            random.nextInt(100) - 1, peers, text(random), text(random), answer(random));
        AnnounceResponse read = Replies.readAnnounce(Replies.announce(request, response));
        assertThat(read.peers()).containsExactlyInAnyOrderElementsOf(peers);
        assertThat(read).usingRecursiveComparison().ignoringFields("peers").isEqualTo(response);
    }

    private static FleetNews news(SplittableRandom random) {
        byte[] report = new byte[random.nextInt(FleetNews.MAX_REPORT_LENGTH + 1)];
        random.nextBytes(report);
        return random.nextBoolean() ? FleetNews.NONE : new FleetNews(random.nextLong(-1, Long.MAX_VALUE / 10), report);
    }

    private static FleetAnswer answer(SplittableRandom random) {
        byte[] order = new byte[random.nextInt(FleetAnswer.MAX_ORDER_LENGTH + 1)];
        random.nextBytes(order);
        return random.nextBoolean() ? FleetAnswer.NONE : new FleetAnswer(random.nextBoolean() ? null : order, random.nextInt(20_000));
    }

    @Test
    void peerIdsStayWithTheTracker() {
        AnnounceRequest request = AnnounceRequest.of(new InfoHash(0, 0, 0), new PeerId(0, 0, 0), 1, 1).withForm(false, false);
        AnnouncedPeer peer = new AnnouncedPeer(PeerAddress.ofIpv4(0x0a000001, 7), new PeerId(0x4142434445464748L, 2, 3));
        byte[] reply = Replies.announce(request, new AnnounceResponse(5, 0, 1, 1, List.of(peer), "", ""));
        assertThat(new String(reply, StandardCharsets.ISO_8859_1)).contains("10.0.0.1").doesNotContain("peer id", "ABCD");
    }

    @Test
    void unknownLeftIsSomethingLeft() throws TrackerException {
        String query = AnnounceQuery.format(AnnounceRequest.of(new InfoHash(0, 0, 0), new PeerId(0, 0, 0), 1, 77));
        for (String left : List.of("left=", "left=-1", "left", "x=1", "left=18446744073709551615")) {
            assertThat(AnnounceQuery.parse(Query.parse(query.replace("left=77", left))).left()).as(left).isEqualTo(Long.MAX_VALUE);
        }
    }

    @Property(tries = 100)
    void aScrapeSurvivesItsReply(@ForAll long seed) throws TrackerException {
        SplittableRandom random = new SplittableRandom(seed);
        Map<InfoHash, ScrapeResponse.Counts> swarms = new LinkedHashMap<>();
        for (int i = random.nextInt(10); i > 0; i--) {
            swarms.put(new InfoHash(random.nextLong(), 1, 1), new ScrapeResponse.Counts(i, random.nextInt(9), random.nextInt(9),
                text(random)));
        }
        ScrapeResponse response = new ScrapeResponse(swarms);
        assertThat(Replies.readScrape(Replies.scrape(response))).isEqualTo(response);
    }

    @Property(tries = 100)
    void aStateSurvivesItsFile(@ForAll long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        List<SwarmSnapshot> swarms = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            List<SwarmSnapshot.Peer> peers = new ArrayList<>();
            for (int j = random.nextInt(10); j > 0; j--) {
                peers.add(new SwarmSnapshot.Peer(new AnnouncedPeer(address(random), new PeerId(random.nextLong(), 2, 3)), text(random),
                    random.nextBoolean(), text(random)));
            }
            swarms.add(new SwarmSnapshot(new InfoHash(random.nextLong(), 1, 1), random.nextInt(100), peers));
        }
        byte[] state = StateFile.encode(swarms);
        assertThat(StateFile.decode(state)).isEqualTo(swarms);
        state[random.nextInt(state.length)] = (byte) random.nextInt(256);
        Throwable thrown = catchThrowable(() -> StateFile.decode(state));
        if (thrown != null) {
            assertThat(thrown).isInstanceOf(BencodeException.class);
        }
    }

    @Test
    void refusesStateCutBeforeLastZone() {
        byte[] state = ("d6:swarmsld10:downloadedi0e9:info_hash20:" + "h".repeat(20) + "5:peers41:" + "p".repeat(38) + "\1\1k"
            + "ee7:versioni2ee").getBytes(StandardCharsets.ISO_8859_1);
        assertThat(catchThrowable(() -> StateFile.decode(state))).isInstanceOf(BencodeException.class).hasMessageContaining("cut short");
    }

    private static PeerAddress address(SplittableRandom random) {
        int port = 1 + random.nextInt(65535);
        return random.nextBoolean() ? PeerAddress.ofIpv4(random.nextInt(), port)
            : new PeerAddress(random.nextLong() | 1, random.nextLong(), port);
    }

    private static String text(SplittableRandom random) {
        String[] texts = {"", "a", "rack 7", "a+b&c=d%", "\u00e4\u20ac", "x".repeat(64)};
        return texts[random.nextInt(texts.length)];
    }
}
