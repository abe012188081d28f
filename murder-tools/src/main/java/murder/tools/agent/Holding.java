package murder.tools.agent;

import java.util.Objects;
import murder.metainfo.InfoSha256;
import murder.order.Content;

/**
 * The state of one release on this host. Immutable.
 *
 * @param key which release
 * @param staged the verified content beside the place, or null
 * @param placed the content in the place, or null
 * @param payload the verified payload that this host seeds, or null
 * @param madeSerial of the newest order for which this host packed the payload, or found it
 *     unchanged; -1 if it did not pack it
 * @param work in progress
 * @param worksOn the content that is fetched or unpacked; null while packing, or without work
 * @param failure of the last work, or null
 * @param placedSerial of the last order that placed or activated it; the agent removes the lowest
 *     first
 * @param patch to this release, or null
 */
record Holding(ReleaseKey key, Content staged, Content placed, Content payload, long madeSerial, Work work, Content worksOn,
               Failure failure, long placedSerial, HeldPatch patch) {
    /** The work in progress for a release, one at a time. */
    enum Work {
        /** Nothing. */
        NONE,
        /** It is packed and hashed. */
        MAKING,
        /** The payload comes. */
        FETCHING,
        /** The payload becomes a staged release. */
        UNPACKING,
        /** It is put in its place and linked. */
        ACTIVATING,
        /** Something of it is removed. */
        REMOVING
    }

    static Holding nothing(ReleaseKey key) {
        return new Holding(key, null, null, null, -1, Work.NONE, null, null, 0, null);
    }

    boolean isNothing() {
        return staged == null && placed == null && payload == null && work == Work.NONE && failure == null && patch == null;
    }

    boolean isMade() {
        return madeSerial >= 0;
    }

    boolean isBusy() {
        return work != Work.NONE;
    }

    /** Whether this content is staged or in its place. */
    boolean has(Content content) {
        return content != null && (content.equals(staged) || content.equals(placed));
    }

    boolean hasPayload(Content content) {
        return payload != null && Objects.equals(payload, content);
    }

    /** Whether this release has or fetches the payload or patch with this torrent. */
    boolean uses(InfoSha256 info) {
        boolean isPatch = patch != null && patch.patch() != null && !patch.is(HeldPatch.Stand.REFUSED)
            && patch.patch().content().infoSha256().equals(info);
        return isPatch || payload != null && payload.infoSha256().equals(info) || worksOn != null && worksOn.infoSha256().equals(info);
    }

    Holding working(Work newWork, Content content) {
        return new Holding(key, staged, placed, payload, madeSerial, newWork, content, null, placedSerial, patch);
    }

    /** The work has ended well. */
    Holding idle() {
        return new Holding(key, staged, placed, payload, madeSerial, Work.NONE, null, null, placedSerial, patch);
    }

    Holding failed(Failure newFailure) {
        return new Holding(key, staged, placed, payload, madeSerial, Work.NONE, null, newFailure, placedSerial, patch);
    }

    /** @param packed serial of the order for which it was packed here, or -1 */
    Holding withPayload(Content content, long packed) {
        return new Holding(key, staged, placed, content, packed, work, worksOn, failure, placedSerial, patch);
    }

    Holding withStaged(Content content) {
        return new Holding(key, content, placed, payload, madeSerial, work, worksOn, failure, placedSerial, patch);
    }

    Holding withPlaced(Content content, long serial) {
        return new Holding(key, staged, content, payload, madeSerial, work, worksOn, failure, serial, patch);
    }

    Holding withPatch(HeldPatch newPatch) {
        return new Holding(key, staged, placed, payload, madeSerial, work, worksOn, failure, placedSerial, newPatch);
    }
}
