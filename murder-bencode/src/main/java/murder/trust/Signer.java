package murder.trust;

import java.io.IOException;

/** Makes signatures with one key, in a file, an agent or a token. */
@FunctionalInterface
public interface Signer {
    /**
     * Signs a message. May ask a user or a token, so it can take long.
     *
     * @param namespace the purpose of the signature
     * @param message the complete message
     * @return a valid signature of the message
     * @throws IOException if the key cannot be used
     * @throws InterruptedException if the calling thread was interrupted
     */
    SshSignature sign(String namespace, byte[] message) throws IOException, InterruptedException;
}
