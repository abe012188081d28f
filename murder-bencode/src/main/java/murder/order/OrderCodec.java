package murder.order;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import murder.bencode.BencodeDictionary;
import murder.bencode.BencodeException;
import murder.bencode.BencodeList;
import murder.bencode.BencodeReader;
import murder.bencode.BencodeString;
import murder.bencode.BencodeValue;
import murder.bencode.BencodeWriter;
import murder.bencode.Limits;
import murder.metainfo.InfoHash;
import murder.metainfo.InfoSha256;

/**
 * Encodes orders. Each order has one encoding, so a signature has one meaning:
 *
 * <pre>
 *   order      = { ended: 0 or 1, fleet, key: 8 bytes or nothing, made: seconds, serial,
 *                  targets: [target], until: seconds, version: 1 }
 *   target     = { active: [activation], current_link, destination, keep, keep_links: 0 or 1, layout: "tag", "bare" or "file",
 *                  open: 1 or nothing, releases: [release], replace: 0 or 1 }
 *   activation = { tag, names: [name] } or { tag, share: permille } or { tag, zone } or { tag } for all
 *   release    = { archive: "tgz", "tar" or "tree", content or nothing, maker or nothing, patches: [patch], tag }
 *   content    = { info_hash: 20 bytes, info_sha256: 32 bytes, length }
 *   maker      = { hosts, is_file: 0 or 1, keep_links: 0 or 1, names: [name], patch_from: [tag], piece_length, source }
 *   patch      = { content, from: 32 bytes }
 * </pre>
 */
final class OrderCodec {
    static final int VERSION = 1;
    /** Orders of the permitted length stay below these limits. */
    private static final Limits LIMITS = new Limits(SignedOrder.MAX_BYTES, 10, 8192);

    private OrderCodec() {}

    static byte[] encode(Order order) {
        BencodeWriter out = new BencodeWriter().beginDictionary();
        out.key("ended").integer(order.ended() ? 1 : 0).key("fleet").string(order.fleet());
        if (!order.key().isEmpty()) {
            out.key("key").string(HexFormat.of().parseHex(order.key()));
        }
        out.key("made").integer(order.made().getEpochSecond()).key("serial").integer(order.serial()).key("targets").beginList();
        for (Target target : order.targets()) {
            write(target, out);
        }
        return out.end().key("until").integer(order.until().getEpochSecond()).key("version").integer(VERSION).end().toByteArray();
    }

    private static void write(Target target, BencodeWriter out) {
        out.beginDictionary().key("active").beginList();
        for (Activation activation : target.active()) {
            write(activation, out);
        }
        out.end().key("current_link").string(target.currentLink()).key("destination").string(target.destination())
            .key("keep").integer(target.keep()).key("keep_links").integer(target.keepLinks() ? 1 : 0)
            .key("layout").string(target.layout().word());
        if (target.open()) {
            out.key("open").integer(1);
        }
        out.key("releases").beginList();
        for (Release release : target.releases()) {
            write(release, out);
        }
        out.end().key("replace").integer(target.replace() ? 1 : 0).end();
    }

    private static void write(Activation activation, BencodeWriter out) {
        Who who = activation.who();
        out.beginDictionary();
        if (who instanceof Who.Names names) {
            write("names", names.names(), out);
        } else if (who instanceof Who.Share share) {
            out.key("share").integer(share.permille());
        }
        out.key("tag").string(activation.tag());
        if (who instanceof Who.Zone zone) {
            out.key("zone").string(zone.zone());
        }
        out.end();
    }

    private static void write(Release release, BencodeWriter out) {
        out.beginDictionary().key("archive").string(release.archive().word());
        if (release.content() != null) {
            write(release.content(), out.key("content"));
        }
        Maker maker = release.maker();
        if (maker != null) {
            out.key("maker").beginDictionary().key("hosts").integer(maker.hosts()).key("is_file").integer(maker.isFile() ? 1 : 0)
                .key("keep_links").integer(maker.keepLinks() ? 1 : 0);
            write("names", maker.names(), out);
            write("patch_from", maker.patchFrom(), out);
            out.key("piece_length").integer(maker.pieceLength()).key("source").string(maker.source()).end();
        }
        out.key("patches").beginList();
        for (Patch patch : release.patches()) {
            write(patch.content(), out.beginDictionary().key("content"));
            out.key("from").string(HexFormat.of().parseHex(patch.from())).end();
        }
        out.end().key("tag").string(release.tag()).end();
    }

    private static void write(Content content, BencodeWriter out) {
        out.beginDictionary().key("info_hash").string(content.infoHash().toBytes()).key("info_sha256")
            .string(content.infoSha256().toBytes()).key("length").integer(content.length()).end();
    }

    private static void write(String key, List<String> texts, BencodeWriter out) {
        out.key(key).beginList();
        for (String text : texts) {
            out.string(text);
        }
        out.end();
    }

    /**
     * @throws BencodeException if it is anything but the encoding of an order; the message says
     * what is wrong
     */
    static Order decode(byte[] encoded) throws BencodeException {
        BencodeDictionary in = BencodeReader.read(encoded, LIMITS).asDictionary();
        if (number(in, "version") != VERSION) {
            throw new BencodeException(-1, "an order of version " + number(in, "version") + ", not " + VERSION);
        }
        try {
            List<Target> targets = new ArrayList<>();
            for (BencodeValue target : list(in, "targets")) {
                targets.add(target(target.asDictionary()));
            }
            Order order = new Order(text(in, "fleet"), number(in, "serial"), Instant.ofEpochSecond(number(in, "made")),
                Instant.ofEpochSecond(number(in, "until")), flag(in, "ended"),
                in.has("key") ? HexFormat.of().formatHex(bytes(in, "key")) : "", targets);
            if (!Arrays.equals(encode(order), encoded)) {
                throw new BencodeException(-1, "it has keys or values that no order has");
            }
            return order;
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new BencodeException(-1, e.getMessage());
        }
    }

    private static Target target(BencodeDictionary in) throws BencodeException {
        List<Release> releases = new ArrayList<>();
        for (BencodeValue release : list(in, "releases")) {
            releases.add(release(release.asDictionary()));
        }
        List<Activation> active = new ArrayList<>();
        for (BencodeValue activation : list(in, "active")) {
            BencodeDictionary entry = activation.asDictionary();
            active.add(new Activation(who(entry), text(entry, "tag")));
        }
        return new Target(text(in, "destination"), word(in, "layout", Layout.values()), text(in, "current_link"), integer(in, "keep"),
            flag(in, "replace"), flag(in, "keep_links"), in.has("open") && flag(in, "open"), releases, active);
    }

    private static Who who(BencodeDictionary in) throws BencodeException {
        if (in.has("names")) {
            return new Who.Names(texts(in, "names"));
        } else if (in.has("share")) {
            return new Who.Share(integer(in, "share"));
        }
        return in.has("zone") ? new Who.Zone(text(in, "zone")) : new Who.All();
    }

    private static Release release(BencodeDictionary in) throws BencodeException {
        BencodeDictionary content = in.dictionary("content").orElse(null);
        BencodeDictionary maker = in.dictionary("maker").orElse(null);
        List<Patch> patches = new ArrayList<>();
        for (BencodeValue value : list(in, "patches")) {
            BencodeDictionary patch = value.asDictionary();
            patches.add(new Patch(HexFormat.of().formatHex(bytes(patch, "from")), content(dictionary(patch, "content"))));
        }
        return new Release(text(in, "tag"), word(in, "archive", Archive.values()), content == null ? null : content(content),
            maker == null ? null : maker(maker), patches);
    }

    private static Content content(BencodeDictionary in) throws BencodeException {
        return new Content(InfoHash.of(bytes(in, "info_hash")), InfoSha256.of(bytes(in, "info_sha256")), number(in, "length"));
    }

    private static Maker maker(BencodeDictionary in) throws BencodeException {
        return new Maker(texts(in, "names"), text(in, "source"), flag(in, "is_file"), flag(in, "keep_links"), integer(in, "hosts"),
            integer(in, "piece_length"), texts(in, "patch_from"));
    }

    private static BencodeException absent(String key) {
        return new BencodeException(-1, "'" + key + "' is missing");
    }

    private static byte[] bytes(BencodeDictionary in, String key) throws BencodeException {
        return string(in, key).bytes();
    }

    private static String text(BencodeDictionary in, String key) throws BencodeException {
        return string(in, key).utf8();
    }

    private static BencodeString string(BencodeDictionary in, String key) throws BencodeException {
        BencodeString string = in.string(key).orElse(null);
        if (string == null) {
            throw absent(key);
        }
        return string;
    }

    private static BencodeList list(BencodeDictionary in, String key) throws BencodeException {
        BencodeList list = in.list(key).orElse(null);
        if (list == null) {
            throw absent(key);
        }
        return list;
    }

    private static BencodeDictionary dictionary(BencodeDictionary in, String key) throws BencodeException {
        BencodeDictionary dictionary = in.dictionary(key).orElse(null);
        if (dictionary == null) {
            throw absent(key);
        }
        return dictionary;
    }

    private static List<String> texts(BencodeDictionary in, String key) throws BencodeException {
        List<String> texts = new ArrayList<>();
        for (BencodeValue value : list(in, key)) {
            texts.add(value.asString().utf8());
        }
        return texts;
    }

    private static long number(BencodeDictionary in, String key) throws BencodeException {
        if (!in.has(key)) {
            throw absent(key);
        }
        return in.integer(key).getAsLong();
    }

    private static int integer(BencodeDictionary in, String key) throws BencodeException {
        long number = number(in, key);
        if (number < 0 || number > Integer.MAX_VALUE) {
            throw new BencodeException(-1, "'" + key + "' is " + number + ", not 0 to " + Integer.MAX_VALUE);
        }
        return (int) number;
    }

    private static boolean flag(BencodeDictionary in, String key) throws BencodeException {
        long number = number(in, key);
        if (number != 0 && number != 1) {
            throw new BencodeException(-1, "'" + key + "' is " + number + ", not 0 or 1");
        }
        return number == 1;
    }

    /** The constant whose lower-case name is the word. */
    private static <E extends Enum<E>> E word(BencodeDictionary in, String key, E[] values) throws BencodeException {
        String word = new String(bytes(in, key), StandardCharsets.UTF_8);
        for (E value : values) {
            if (value.name().toLowerCase(Locale.ROOT).equals(word)) {
                return value;
            }
        }
        throw new BencodeException(-1, "'" + key + "' is none of its words");
    }
}
