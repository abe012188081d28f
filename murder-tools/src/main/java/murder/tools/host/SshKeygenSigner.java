package murder.tools.host;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.trust.KeyFormatException;
import murder.trust.Signer;
import murder.trust.SshPrivateKey;
import murder.trust.SshSignature;

/**
 * Signs with {@code ssh-keygen -Y sign}, for keys that only OpenSSH can use: encrypted ones, those
 * in an agent (named by their {@code .pub} file) or in a token, and other kinds than Ed25519.
 *
 * @param key the file of a private or public key
 * @param context for messages to a person
 */
public record SshKeygenSigner(Path key, Context context) implements Signer {
    private static final String PROGRAM = "ssh-keygen";

    /**
     * The signer of a key: this Java itself for an Ed25519 key without a passphrase, else
     * {@code ssh-keygen}.
     *
     * @throws CommandException if there is no such file
     */
    public static Signer open(Path key, Context context) throws CommandException, IOException {
        if (!Files.isRegularFile(key)) {
            throw CommandException.failed("there is no key " + key + "; 'ssh-keygen -t ed25519' makes one");
        }
        try {
            return SshPrivateKey.read(key);
        } catch (KeyFormatException e) {
            return new SshKeygenSigner(key, context);
        }
    }

    @Override
    public SshSignature sign(String namespace, byte[] message) throws IOException, InterruptedException {
        if (context.terminal()) {
            context.err().println("ssh-keygen signs with " + key + "; it may ask for a passphrase, or wait until a token is touched");
        }
        // ssh-keygen reads the message from standard input, and passphrases from the terminal.
        List<String> command = List.of(PROGRAM, "-Y", "sign", "-n", namespace, "-f", key.toString());
        try (Subprocess keygen = Subprocess.start(ProcessBuilder.Redirect.PIPE, command)) {
            send(keygen, message);
            String text;
            try (InputStream in = keygen.output()) {
                text = new String(in.readNBytes(SshSignature.MAX_TEXT_LENGTH), StandardCharsets.ISO_8859_1);
            }
            keygen.awaitSuccess("sign with " + key);
            return SshSignature.parse(text);
        } catch (CommandException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static void send(Subprocess keygen, byte[] message) throws IOException {
        try (OutputStream out = keygen.input()) {
            out.write(message);
        } catch (IOException e) {
            if (!keygen.brokeOff()) {
                throw e;
            }
            // It ended early. Its status and its messages have the reason.
        }
    }
}
