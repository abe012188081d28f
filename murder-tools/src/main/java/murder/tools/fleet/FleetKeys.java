package murder.tools.fleet;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import murder.tools.cli.CommandException;
import murder.trust.KeyFormatException;
import murder.trust.SshPrivateKey;
import murder.trust.SwarmKey;

/**
 * The keys of a fleet: a secret that makes its swarms closed, and a pair that signs its orders.
 * Both are replaced together:
 *
 * <pre>
 *   one ──rotate──▶ two, the older first ──turn──▶ two, the newer first ──settle──▶ one
 *    └────revoke──▶ another one, at once
 * </pre>
 *
 * Only the text of {@link #toFile} contains secrets. Immutable.
 *
 * @param fleet its name
 * @param swarmKeys one, or two while they are replaced; the first is used, both are accepted
 * @param signKeys likewise
 * @param isTurned whether the first of two is the newer one
 */
record FleetKeys(String fleet, List<SwarmKey> swarmKeys, List<SshPrivateKey> signKeys, boolean isTurned) {
    private static final String HEAD = "murder-fleet-keys 1";
    private static final String FLEET = "fleet ";
    private static final String SWARM_KEY = "swarm-key ";
    private static final String SIGN_KEY = "sign-key ";
    private static final String TURNED = "turned";
    private static final String END = "end";

    FleetKeys {
        swarmKeys = List.copyOf(swarmKeys);
        signKeys = List.copyOf(signKeys);
        if (isTurned && swarmKeys.size() < 2 || swarmKeys.isEmpty() || swarmKeys.size() > 2 || signKeys.size() != swarmKeys.size()) {
            throw new IllegalArgumentException("one or two keys of each kind, not " + swarmKeys.size() + " and " + signKeys.size());
        }
    }

    static FleetKeys generate(String fleet, SecureRandom random) {
        return new FleetKeys(fleet, List.of(SwarmKey.random(random)), List.of(SshPrivateKey.generate(random)), false);
    }

    /** Whether hosts get a second pair before the first one ends. */
    boolean isRotating() {
        return swarmKeys.size() > 1;
    }

    /** With a new pair after the present one. */
    FleetKeys rotated(SecureRandom random) {
        return new FleetKeys(fleet, List.of(swarmKeys.get(0), SwarmKey.random(random)),
            List.of(signKeys.get(0), SshPrivateKey.generate(random)), false);
    }

    /** Uses the newer pair, once all hosts have both. */
    FleetKeys turned() {
        return new FleetKeys(fleet, List.of(swarmKeys.get(1), swarmKeys.get(0)), List.of(signKeys.get(1), signKeys.get(0)), true);
    }

    /** The newer pair alone. */
    FleetKeys settled() {
        int newest = isTurned ? 0 : swarmKeys.size() - 1;
        return new FleetKeys(fleet, List.of(swarmKeys.get(newest)), List.of(signKeys.get(newest)), false);
    }

    /** A new pair alone. A host with it no longer accepts orders and members of the old pair. */
    FleetKeys revoked(SecureRandom random) {
        return generate(fleet, random);
    }

    /** Lines for a file that its owner alone may read: the secrets themselves. */
    byte[] toFile() {
        StringBuilder text = new StringBuilder(HEAD).append('\n').append(FLEET).append(fleet).append('\n');
        for (SwarmKey key : swarmKeys) {
            text.append(SWARM_KEY).append(key.toLine()).append('\n');
        }
        for (SshPrivateKey key : signKeys) {
            text.append(SIGN_KEY).append(Base64.getEncoder().encodeToString(key.toText("murder").getBytes(StandardCharsets.US_ASCII)))
                .append('\n');
        }
        text.append(isTurned ? TURNED + "\n" : "");
        return text.append(END).append('\n').toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * @param bytes as {@link #toFile} made them
     * @param file that they come from, for the message
     * @throws CommandException if they are anything else. The message shows nothing of them
     */
    static FleetKeys parse(byte[] bytes, String file) throws CommandException {
        String fleet = "";
        List<SwarmKey> swarmKeys = new ArrayList<>();
        List<SshPrivateKey> signKeys = new ArrayList<>();
        String[] lines = new String(bytes, StandardCharsets.UTF_8).split("\n", -1);
        boolean turned = false;
        boolean whole = false;
        for (int i = 1; i < lines.length && !whole; i++) {
            String line = lines[i];
            try {
                if (line.startsWith(FLEET)) {
                    fleet = line.substring(FLEET.length());
                } else if (line.startsWith(SWARM_KEY)) {
                    swarmKeys.add(SwarmKey.of(HexFormat.of().parseHex(line.substring(SWARM_KEY.length()))));
                } else if (line.startsWith(SIGN_KEY)) {
                    byte[] text = Base64.getDecoder().decode(line.substring(SIGN_KEY.length()));
                    signKeys.add(SshPrivateKey.parse(new String(text, StandardCharsets.US_ASCII)));
                } else {
                    turned |= line.equals(TURNED);
                    whole = line.equals(END);
                }
            } catch (IllegalArgumentException | KeyFormatException e) {
                // The exception's own text may show a part of the line.
                throw damaged(file, "line " + (i + 1) + " holds no key");
            }
        }
        if (!lines[0].equals(HEAD) || !whole) {
            throw damaged(file, "it is not complete");
        }
        try {
            return new FleetKeys(fleet, swarmKeys, signKeys, turned);
        } catch (IllegalArgumentException e) {
            throw damaged(file, e.getMessage());
        }
    }

    private static CommandException damaged(String file, String why) {
        return CommandException.failed(file + " is no file of a fleet's keys: " + why);
    }

    /** A text without secrets. */
    @Override
    public String toString() {
        return "the keys of the fleet " + fleet;
    }
}
