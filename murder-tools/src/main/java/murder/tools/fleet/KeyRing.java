package murder.tools.fleet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import murder.order.Membership;
import murder.order.SignedOrder;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.host.SshKeygenSigner;
import murder.trust.KeyFormatException;
import murder.trust.Signer;
import murder.trust.SshPrivateKey;
import murder.trust.SshPublicKey;

/**
 * The keys of a fleet on the control machine, made on first use. A key of the user signs instead of
 * the fleet's own.
 *
 * @param keys of the fleet
 * @param signer of orders
 * @param signers lines of {@code allowed_signers}, by which hosts accept orders
 */
record KeyRing(FleetKeys keys, Signer signer, List<String> signers) {
    static final String FILE = "keys";

    /**
     * @param signKey the file of the user's own key; empty for the fleet's
     */
    static KeyRing open(FleetFolder folder, String fleet, String signKey, Context context)
        throws CommandException, IOException, InterruptedException {
        FleetKeys keys = folder.locked(() -> {
            FleetKeys found = read(folder);
            if (found == null) {
                found = FleetKeys.generate(fleet, new SecureRandom());
                folder.write(FILE, found.toFile());
            }
            return found;
        });
        List<String> signers = new ArrayList<>();
        if (!signKey.isEmpty()) {
            Path file = home(signKey);
            Signer signer = SshKeygenSigner.open(file, context);
            signers.add(line(publicKey(file, signer)));
            return new KeyRing(keys, signer, signers);
        }
        for (SshPrivateKey key : keys.signKeys()) {
            signers.add(line(key.publicKey()));
        }
        return new KeyRing(keys, keys.signKeys().get(0), signers);
    }

    /** Null if there are none yet. */
    static FleetKeys read(FleetFolder folder) throws CommandException, IOException {
        byte[] bytes = folder.read(FILE);
        return bytes == null ? null : FleetKeys.parse(bytes, folder.path().resolve(FILE).toString());
    }

    private static Path home(String text) {
        return text.startsWith("~/") ? Path.of(System.getProperty("user.home"), text.substring(2)) : Path.of(text);
    }

    private static String line(SshPublicKey key) {
        return "murder namespaces=\"" + SignedOrder.NAMESPACE + "\" " + key;
    }

    private static SshPublicKey publicKey(Path file, Signer signer) throws CommandException, IOException {
        if (signer instanceof SshPrivateKey key) {
            return key.publicKey();
        }
        Path half = file.toString().endsWith(".pub") ? file : file.resolveSibling(file.getFileName() + ".pub");
        if (!Files.isRegularFile(half)) {
            throw CommandException.failed("sign_key: " + half + " is missing; 'ssh-keygen -y -f " + file + "' prints it");
        }
        try {
            return SshPublicKey.parse(Files.readString(half).strip());
        } catch (KeyFormatException e) {
            throw CommandException.failed("sign_key: " + half + ": " + e.getMessage(), e);
        }
    }

    /** The membership of a host. Its text is secret. @param order that comes along, or null */
    byte[] membership(SignedOrder order) throws CommandException {
        try {
            return new Membership(keys.fleet(), keys.swarmKeys(), signers, order == null ? null : order.bytes()).toBytes();
        } catch (KeyFormatException e) {
            throw CommandException.failed("sign_key: " + e.getMessage(), e);
        }
    }

    /** A text without secrets. */
    @Override
    public String toString() {
        return keys.toString();
    }
}
