package murder.tools.fleet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Secrets in all forms in which a program might print them or leave them behind. */
final class Secrets {
    private static final int SEED = 32;
    /** Of other keys these bytes from the end are in the last secret number. */
    private static final int TAIL_FROM = 36;
    private static final int TAIL_TO = 16;

    private final Set<String> forms = new LinkedHashSet<>();

    private Secrets() {
    }

    private void add(byte[] secret) {
        forms.add(new String(secret, StandardCharsets.ISO_8859_1));
        forms.add(HexFormat.of().formatHex(secret));
        forms.add(HexFormat.of().withUpperCase().formatHex(secret));
        forms.add(Arrays.toString(secret));
        // Whatever stands before it, two of three bytes of Base64 do not depend on that.
        for (int shift = 0; shift < 3; shift++) {
            byte[] shifted = new byte[secret.length + shift];
            System.arraycopy(secret, 0, shifted, shift, secret.length);
            String text = Base64.getEncoder().withoutPadding().encodeToString(shifted);
            String middle = text.substring(4, text.length() - 4);
            forms.add(middle);
            forms.add(middle.replace('+', '-').replace('/', '_'));
        }
    }

    /** The secrets that close swarms. @param keys the file of a fleet's keys */
    static Secrets ofSwarmKeys(Path keys) throws IOException {
        Secrets secrets = new Secrets();
        for (String line : Files.readAllLines(keys)) {
            if (line.startsWith("swarm-key ")) {
                secrets.add(HexFormat.of().parseHex(line.substring("swarm-key ".length())));
            }
        }
        return secrets;
    }

    /** The secrets that sign. @param keys the file of a fleet's keys */
    static Secrets ofSigningKeys(Path keys) throws IOException {
        Secrets secrets = new Secrets();
        for (String line : Files.readAllLines(keys)) {
            if (line.startsWith("sign-key ")) {
                secrets.forms.add(line.substring("sign-key ".length()));
                secrets.addKeyFile(new String(Base64.getDecoder().decode(line.substring("sign-key ".length())), StandardCharsets.US_ASCII));
            }
        }
        return secrets;
    }

    /** @param file of OpenSSH, without a passphrase */
    static Secrets ofPrivateKey(Path file) throws IOException {
        Secrets secrets = new Secrets();
        secrets.addKeyFile(Files.readString(file));
        return secrets;
    }

    private void addKeyFile(String text) {
        List<String> lines = text.lines().filter(line -> !line.startsWith("-")).toList();
        byte[] blob = Base64.getMimeDecoder().decode(String.join("", lines));
        String latin = new String(blob, StandardCharsets.ISO_8859_1);
        int type = latin.indexOf("ssh-ed25519");
        if (type < 0) {
            add(Arrays.copyOfRange(blob, blob.length - TAIL_FROM, blob.length - TAIL_TO));
            return;
        }
        // In the secret part: type, point, then a length, the seed, and the point once more.
        int point = latin.indexOf("ssh-ed25519", type + 1) + "ssh-ed25519".length() + 4;
        add(Arrays.copyOfRange(blob, point + SEED + 4, point + 2 * SEED + 4));
    }

    /** The forms that are there. */
    List<String> in(String text) {
        List<String> found = new ArrayList<>();
        String joined = text.replace("\n", ""); // Base64 may be cut into lines.
        for (String form : forms) {
            if (text.contains(form) || joined.contains(form)) {
                found.add("a secret as " + form.length() + " characters");
            }
        }
        return found;
    }

    List<String> in(byte[] bytes) {
        return in(new String(bytes, StandardCharsets.ISO_8859_1));
    }
}
