package murder.tracker.http;

import java.security.SecureRandom;
import murder.tracker.AnnounceRequest;
import murder.tracker.AnnounceResponse;
import murder.tracker.FleetAnswer;
import murder.tracker.FleetNews;
import murder.tracker.TrackerException;
import murder.tracker.TrackerException.Reason;
import murder.trust.SwarmKey;

/**
 * Encrypts reports and orders between agents and tracker, because both name releases, places and
 * files. Any thread.
 */
final class Secrecy {
    private static final SecureRandom RANDOM = new SecureRandom();

    private Secrecy() {}

    static byte[] encrypt(byte[] text, SwarmKey key) {
        return key.encrypt(text, RANDOM);
    }

    static AnnounceRequest encrypt(AnnounceRequest request, SwarmKey key) {
        FleetNews news = request.news();
        return news.report().length == 0 ? request : request.withNews(new FleetNews(news.order(), key.encrypt(news.report(), RANDOM)));
    }

    static AnnounceRequest decrypt(AnnounceRequest request, SwarmKey key) throws TrackerException {
        FleetNews news = request.news();
        if (news.report().length == 0) {
            return request;
        }
        byte[] report = key.decrypt(news.report());
        if (report == null) {
            throw new TrackerException(Reason.BAD_REQUEST, "the report was encrypted with another key, or not at all");
        }
        return request.withNews(new FleetNews(news.order(), report));
    }

    static AnnounceResponse encrypt(AnnounceResponse response, SwarmKey key) {
        FleetAnswer answer = response.fleet();
        return answer.order() == null ? response
            : response.withFleet(new FleetAnswer(key.encrypt(answer.order(), RANDOM), answer.reportEveryMs()));
    }

    /** An order with another key counts as missing. */
    static AnnounceResponse decrypt(AnnounceResponse response, SwarmKey key) {
        FleetAnswer answer = response.fleet();
        return answer.order() == null ? response
            : response.withFleet(new FleetAnswer(key.decrypt(answer.order()), answer.reportEveryMs()));
    }
}
